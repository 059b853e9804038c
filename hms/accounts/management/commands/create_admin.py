"""Make an administrator from the server: the first one, or the second who approves what the first proposes."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from hms.accounts.actions import create_user
from hms.accounts.codes import Duty
from hms.accounts.models import User
from hms.accounts.rules.login_names import normalise
from hms.accounts.views.people import one_time_password
from hms.core.actor import system
from hms.core.problems import Refused


class Command(BaseCommand):
    help = "Make an administrator for all facilities. Without --ask, a one-time password is printed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("login_name", help="an e-mail address, a phone number with country code, or a card number")
        parser.add_argument("full_name")
        parser.add_argument("--ask", action="store_true", help="ask for the password instead of making one")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        password = self._asked(options) if options["ask"] else one_time_password()
        try:
            user = create_user(
                by=system("command line", "accounts.create_user", "accounts.grant_duty"),
                login_name=options["login_name"],
                full_name=options["full_name"],
                password_hash=make_password(password),
                must_change_password=not options["ask"],
                duties=[(Duty.ADMINISTRATOR, None)],
            )
        except Refused as refused:
            raise CommandError(" ".join(str(problem) for problem in refused.problems)) from refused
        self.stdout.write(f"{user.label} is an administrator and signs in as {user.login_name}.")
        if not options["ask"]:
            self.stdout.write(f"One-time password: {password}")

    def _asked(self, options: dict[str, Any]) -> str:
        if not sys.stdin.isatty():
            raise CommandError("--ask needs a terminal.")
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("Password again: "):
            raise CommandError("The two passwords differ.")
        try:
            validate_password(
                password, User(login_name=normalise(options["login_name"]), full_name=options["full_name"])
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        return password
