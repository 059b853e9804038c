"""Print a bearer token that acts for a user."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hms.accounts.actions import issue_token
from hms.accounts.models import User
from hms.accounts.rules.login_names import normalise
from hms.core.actor import system
from hms.core.problems import Refused


class Command(BaseCommand):
    help = "Print a bearer token that acts for a user within scopes. It is shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", required=True, help="login name: an e-mail address, phone or card number")
        parser.add_argument("--scope", required=True, help='SMART scopes, blank-separated: "user/*.rs launch/patient"')
        parser.add_argument("--name", default="command line", help="what the token is for, as its owner will see it")
        parser.add_argument(
            "--days", type=int, default=90, help="good for so many days, at most 90 (default: %(default)s)"
        )

    def handle(self, *_arguments: Any, **options: Any) -> None:
        user = User.objects.filter(login_name=normalise(options["user"])).first()
        if user is None:
            raise CommandError(f"Nobody signs in as {options['user']}.")
        if options["days"] < 1:
            raise CommandError("A token is good for at least one day.")
        try:
            token = issue_token(
                by=system("command line", "accounts.issue_token"),
                user=user,
                name=options["name"],
                scopes=options["scope"],
                lasts=dt.timedelta(days=options["days"]),
            )
        except Refused as refused:
            raise CommandError(" ".join(str(problem) for problem in refused.problems)) from refused
        self.stdout.write(token.bearer)  # type: ignore[attr-defined]
