import pytest
from hms.core import guards
from tests.architecture.rows import Rows
@pytest.mark.django_db
def test_all():
    rows=Rows(); bad=[]
    import time; t=time.process_time()
    for m in guards.records():
        try: rows.of(m)
        except Exception as e:
            pass
            bad.append((m._meta.label, type(e).__name__, str(e)[:150]))
    print(time.process_time()-t)
    for b in bad: print(b)
    print(len(bad))
