"""The files for a server cannot be run by this suite, so all that can be compared is: with the settings, the lock and each other."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import jsonschema
import pytest
import yaml
from django.conf import settings

from stp_portal import embedded, health
from stp_portal.management.commands import run_portal

TOP = Path(settings.BASE_DIR)
COMPOSE = yaml.safe_load((TOP / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ("prepare", "web", "worker", "scheduler")
DOCKERFILE = (TOP / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
READ_BY_OTHERS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "POSTGRES_PASSWORD"}
NOT_FOR_A_SERVER = {"DEBUG", "HOST", "VAR_DIR"}


def instruction(name: str) -> str:
    (found,) = [line.removeprefix(name).strip() for line in DOCKERFILE if line.startswith(f"{name} ")]
    return found


def read_by_settings() -> set[str]:
    return set(re.findall(r'os\.environ\.get\("([A-Z0-9_]+)"', (TOP / "stp_portal" / "settings.py").read_text()))


def interpolated() -> set[str]:
    return set(re.findall(r"(?<!\$)\$\{([A-Z0-9_]+)", (TOP / "docker-compose.yml").read_text()))


def test_compose_file_keeps_to_the_compose_specification():
    # The specification's own schema (Apache 2.0); merge keys are resolved by the YAML reader, ${…} is plain text to it.
    schema = json.loads((Path(__file__).parent / "compose_spec" / "compose-spec.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(COMPOSE)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate({"services": {"web": {"imaeg": "stp-portal"}}})


def test_every_variable_given_to_the_portal_is_one_it_reads():
    for name in OURS:
        assert set(SERVICES[name]["environment"]) <= read_by_settings() | READ_BY_OTHERS


def test_every_setting_can_be_set_on_a_server():
    given = set(SERVICES["web"]["environment"]) | interpolated()
    assert read_by_settings() - given == NOT_FOR_A_SERVER


def test_settings_are_documented_each_and_no_other():
    text = (TOP / "docs" / "settings.md").read_text()
    assert set(re.findall(r"^\| `([A-Z0-9_]+)` \|", text, re.MULTILINE)) == read_by_settings()
    assert interpolated() <= set(re.findall(r"`([A-Z0-9_]+)`", text))


def test_nothing_secret_is_written_in_the_compose_file():
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if "SECRET" in name or "PASSWORD" in name:
                assert value.startswith("${"), name


def test_python_is_the_one_the_project_asks_for():
    asked = tomllib.loads((TOP / "pyproject.toml").read_text())["project"]["requires-python"]
    version = re.fullmatch(r"python:(\d+)\.(\d+)\.\d+-slim-[a-z]+", instruction("FROM"))
    assert version, "the image is pinned to a release"
    major, minor = map(int, version.groups())
    assert asked == f">={major}.{minor},<{major}.{minor + 1}"


def test_database_and_broker_are_the_embedded_ones_releases():
    postgres = subprocess.run(
        [embedded._postgres_folder() / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    assert SERVICES["database"]["image"] == "postgres:" + postgres.stdout.split()[-1]
    assert SERVICES["database"]["image"].startswith(f"postgres:{embedded.POSTGRES_MAJOR}.")
    valkey = subprocess.run([embedded._valkey_server(), "--version"], capture_output=True, text=True, check=True)
    assert f"v={SERVICES['broker']['image'].removeprefix('valkey/valkey:')} " in valkey.stdout


def test_the_database_sorts_as_the_embedded_one_and_is_kept():
    assert SERVICES["database"]["environment"]["POSTGRES_INITDB_ARGS"].split() == list(embedded.CLUSTER_OPTIONS)
    # From 18 on the image keeps its data in a folder named for the release; a volume further down would stay empty.
    assert SERVICES["database"]["volumes"] == ["database:/var/lib/postgresql"]


def test_addresses_name_services_that_exist():
    environment = SERVICES["web"]["environment"]
    assert environment["DATABASE_URL"].endswith("@database:5432/portal")
    assert environment["REDIS_URL"] == "redis://broker:6379/0"
    assert {volume.split(":")[0] for service in SERVICES.values() for volume in service["volumes"]} == set(
        COMPOSE["volumes"]
    )


def test_one_port_everywhere():
    assert instruction("EXPOSE") == "8000"
    assert "0.0.0.0:8000" in json.loads(instruction("CMD"))
    assert SERVICES["web"]["ports"] == ["127.0.0.1:${PORT:-8000}:8000"]
    assert '"PORT", "8000"' in (TOP / "stp_portal" / "settings.py").read_text()


def test_health_checks_ask_an_address_that_answers():
    for command in (instruction("HEALTHCHECK"), " ".join(SERVICES["web"]["healthcheck"]["test"])):
        (path,) = re.findall(r"http://127\.0\.0\.1:8000(/[a-z/]+)", command)
        assert health.VIEWS[path] is health.live
    for name, service in SERVICES.items():
        assert "healthcheck" in service, name


def test_what_must_be_up_first_is_checked_for():
    for name in ("web", "worker", "scheduler"):
        assert {service: how["condition"] for service, how in SERVICES[name]["depends_on"].items()} == {
            "database": "service_healthy",
            "broker": "service_healthy",
            "prepare": "service_completed_successfully",
        }


def test_the_image_installs_the_lock_by_its_hashes_and_runs_as_nobody_special():
    installs = [line for line in DOCKERFILE if "pip install" in line]
    assert len(installs) == 1
    assert "--require-hashes --requirement requirements.lock" in installs[0]
    assert instruction("USER") == "portal"
    assert DOCKERFILE.index("USER portal") < next(i for i, line in enumerate(DOCKERFILE) if line.startswith("CMD"))
    assert instruction("ENV").split()[-1] == f"UPLOADS_DIR={SERVICES['web']['environment']['UPLOADS_DIR']}"


def test_the_image_runs_what_make_run_runs():
    programs = {program.name: program.command[2:] for program in run_portal._programs(Path("var"), {})}
    assert SERVICES["worker"]["command"] == list(programs["worker"])
    assert SERVICES["scheduler"]["command"][:4] == list(programs["scheduler"])[:4]
    web = json.loads(instruction("CMD"))
    for alike in (slice(0, 2), slice(4, 8)):  # the application; processes and threads
        assert web[alike] == list(programs["web"])[alike]


def test_what_is_not_for_the_image_stays_out():
    ignored = (TOP / ".dockerignore").read_text().split()
    assert {".*", "var", "tests"} <= set(ignored)
    for needed in ("manage.py", "requirements.lock", "stp_portal", "static", "pyproject.toml"):
        assert needed not in ignored
