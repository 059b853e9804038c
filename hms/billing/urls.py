from django.urls import path

from hms.billing.views import invoices, prices, worklist

app_name = "billing"
urlpatterns = [
    path("", worklist.worklist, name="worklist"),
    path("encounters/<uuid:encounter_id>/charge/", worklist.charge, name="charge_visit"),
    path("patients/<uuid:patient_id>/facilities/<uuid:facility_id>/bill/", worklist.bill, name="bill"),
    path("charges/<uuid:id>/waive/", worklist.waive, name="waive"),
    path("invoices/", invoices.invoices, name="invoices"),
    path("invoices/<uuid:id>/", invoices.invoice, name="invoice"),
    path("invoices/<uuid:id>/credit/", invoices.credit, name="credit"),
    path("invoices/<uuid:id>/print/", invoices.invoice_print, name="invoice_print"),
    path("payments/<uuid:id>/receipt/", invoices.receipt, name="receipt"),
    path("prices/", prices.own, name="own_prices"),
    path("facilities/<uuid:facility_id>/prices/", prices.prices, name="prices"),
]
