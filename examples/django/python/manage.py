"""Django's own commands: python manage.py diffsettings."""

import sys

import app
from django.core.management import execute_from_command_line

execute_from_command_line(sys.argv)
