"""Asks the real server, as several roles, whatever its own OpenAPI document allows and forbids, and
checks that it never fails and only answers what the document says.

    conform.py PROGRAM [SEED [EXAMPLES [ROLE…]]]

A demo county in a folder of its own, on the loopback. Exit code 1 where an answer was not as
documented; everything that is needed to ask again is printed.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Not the one in the document's examples: it would be changed.
PASSWORD = "Lan-tian8137"
# Requests of one session are limited, and so are the log-ins of one name; enough of both are not.
TWINS, SESSIONS = 2, 7
# Who asks: what only one role may do is asked by it, what is read by all by a few.
ROLES = {
    "auditor": "auditor",
    "clerk": "clerk",
    "principal": "principal",
    "evaluator": "officer:evaluation",
    "planner": "officer:planning",
    "security": "security_admin",
    "system": "system_admin",
}
# Those who ask every endpoint at its edges too; the others would mostly be told that they may not.
THOROUGH = ("clerk", "planner", "system")
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
]
# A stream that lives as long as its job; and signing out, which would end the run's own session.
LEFT_OUT = [("path", "/api/jobs/{id}/events"), ("operation-id", "delete_session")]


# Accounts of a higher number are nobody's who asks.
OTHERS = TWINS * len(ROLES)


class Browser:
    """A session."""

    def __init__(self, address):
        self.address, self.cookie, self.csrf = address, None, None

    def ask(self, method, path, body=None, kind="application/json"):
        request = urllib.request.Request(self.address + path, method=method)
        if self.cookie:
            request.add_header("Cookie", f"junheng_session={self.cookie}")
        if self.csrf:
            request.add_header("X-CSRF-Token", self.csrf)
        if body is not None:
            request.add_header("Content-Type", kind)
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        with urllib.request.urlopen(request, body, timeout=60) as answer:
            found = re.match("junheng_session=([0-9a-f]+)", answer.headers.get("Set-Cookie") or "")
            self.cookie = found[1] if found else self.cookie
            content = answer.read()
            is_json = answer.headers.get("Content-Type", "").startswith("application/json")
            return json.loads(content) if is_json else content

    def sign_in(self, login):
        self.csrf = self.ask("POST", "/api/session", {"login": login, "password": PASSWORD})["csrf"]
        return self

    def keys(self):
        return {"cookie": self.cookie, "csrf": self.csrf}


def start(program, folder):
    """The server, its address, and the token of its first administrator."""
    log = open(folder / "log", "w")
    args = [program, "serve", "--data", folder / "data", "--open-demo", "--listen", "127.0.0.1:0"]
    server = subprocess.Popen(args, stdout=subprocess.PIPE, stderr=log, text=True)
    address = token = None
    for line in server.stdout:
        if found := re.search(r"(http://[\d.:]+)(?:/setup#token=([0-9a-f]+))?", line):
            address, token = found[1], found[2]
        if "Ctrl-C" in line:
            return server, address, token
    raise SystemExit((folder / "log").read_text())


def people(address, token):
    """Makes accounts of every role, and signs each in several times."""
    first = {"token": token, "login": "system0", "name": "系统甲", "password": PASSWORD}
    Browser(address).ask("POST", "/api/setup", first)
    system = Browser(address).sign_in("system0")
    school = system.ask("GET", "/api/schools")[0]["code"]
    maker = system
    # Who appoints administrators is appointed first.
    for name, role in sorted(ROLES.items(), key=lambda one: one[0] != "security"):
        role, _, department = role.partition(":")
        scope = {"kind": "county"}
        if role in ("clerk", "principal"):
            scope = {"kind": "school", "code": school}
        grant = {"role": role, "scope": scope}
        if department:
            grant["department"] = department
        for twin in range(TWINS):
            login = f"{name}{twin}"
            if login == "system0":
                continue
            if login == "security1":
                maker = Browser(address).sign_in("security0")
            who = maker if role in ("security_admin", "auditor", "system_admin") else system
            body = {"login": login, "name": f"{name}甲", "grants": [grant]}
            link = who.ask("POST", "/api/users", body)["link"]["path"].split("=")[1]
            Browser(address).ask("POST", "/api/links/use", {"token": link, "password": PASSWORD})
    sessions = {
        name: [Browser(address).sign_in(f"{name}{n % TWINS}").keys() for n in range(SESSIONS * TWINS)]
        for name in ROLES
    }
    return sessions, school


def known(address, school, sessions):
    """Puts a plan and an import there, and says what there is to ask for."""
    planner = Browser(address)
    planner.cookie, planner.csrf = sessions["planner"][0].values()
    years = [year["year"] for year in planner.ask("GET", "/api/years")]
    settings = planner.ask("GET", "/api/plans/new.toml").decode()
    plans = [
        planner.ask("POST", "/api/plans", {"name": name, "settings": settings})["id"]
        for name in ("甲案", "乙案")
    ]
    sheet = planner.ask("GET", f"/api/template.xlsx?year={years[0]}&last_year=true")
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
    imports = [
        planner.ask(
            "POST",
            f"/api/imports?year={years[0]}",
            head + sheet + b"\r\n--x--\r\n",
            "multipart/form-data; boundary=x",
        )["import"]
        for _ in range(3)
    ]
    things = {
        "year": years,
        "school": [school, "county"],
        "indicator": ["L1", "L3", "G3"],
        "stage": ["primary", "junior"],
        "a": plans,
        "b": plans,
        "/api/schools/{code}": [school],
        "/api/schools/{code}/events": [school],
        "/api/collections/{id}": [one["id"] for one in planner.ask("GET", "/api/collections")],
        "/api/costs/{id}": [one["id"] for one in planner.ask("GET", "/api/costs")],
        "/api/standards/{id}": ["cn-quality-2017"],
        "/api/standards/{id}/examples": ["cn-quality-2017"],
        "/api/districts/{code}": [one["code"] for one in planner.ask("GET", "/api/districts")],
        # Not the accounts that ask.
        "/api/users/{id}": [OTHERS + 1, OTHERS + 2],
        "/api/users/{id}/reset": [OTHERS + 1, OTHERS + 2],
    }
    for path in ("", "/settings", "/run", "/frontier", "/adopt", "/workbook.xlsx"):
        things[f"/api/plans/{{id}}{path}"] = plans
    for path in ("", "/accept", "/annotated.zip"):
        things[f"/api/imports/{{id}}{path}"] = imports
    for path in ("", "/cancel"):
        things[f"/api/jobs/{{id}}{path}"] = imports
    return things


def run(address, login, sessions, things, seed, examples):
    """One role asks. Returns whether all was well."""
    args = [Path(sys.executable).with_name("st"), "run", f"{address}/openapi.json", "--no-color"]
    phases = "examples,coverage,fuzzing" if login in THOROUGH else "examples,fuzzing"
    args += ["--phases", phases, "--checks", ",".join(CHECKS)]
    args += ["--seed", str(seed), "--max-examples", str(examples), "--workers", "1"]
    args += ["--generation-with-security-parameters", "false"]
    args += ["--generation-database", "none", "--request-timeout", "90", "--warnings", "off"]
    args += ["--suppress-health-check", "all", "--continue-on-failure"]
    if sessions == [None]:
        # Strangers are told to wait soon, and to sign in by everything else (see the rights grid).
        args += ["--include-path-regex", "^/api/(setup|links|session)"]
    for kind, value in LEFT_OUT:
        args += [f"--exclude-{kind}", value]
    env = dict(os.environ, PYTHONPATH=str(HERE), SCHEMATHESIS_HOOKS="hooks", NO_COLOR="1")
    env |= {"JUNHENG_SESSIONS": json.dumps(sessions), "JUNHENG_KNOWN": json.dumps(things)}
    begun = time.monotonic()
    done = subprocess.run(args, env=env, capture_output=True, text=True, cwd=tempfile.gettempdir())
    took = time.monotonic() - begun
    counted = re.search(r"(\d+) generated", done.stdout)
    good = done.returncode == 0
    mark, cases = "✓" if good else "✗", counted[1] if counted else "?"
    print(f"{mark} {login:10} {cases:>6} 次请求 requests {took:4.0f} s", flush=True)
    if not good:
        print(done.stdout[-12000:], done.stderr[-4000:])
    return good


def tell(address):
    """What was answered, and which endpoints nobody has got to do anything."""
    with urllib.request.urlopen(f"{address}/metrics", timeout=60) as answer:
        text = answer.read().decode()
    line = r'http_requests_total\{method="(\w+)",route="(/api/[^"]+)",status="(\d+)"\} (\d+)'
    statuses, done, asked = Counter(), set(), set()
    for method, route, status, count in re.findall(line, text):
        statuses[status] += int(count)
        if method in ("GET", "POST", "PUT", "PATCH", "DELETE") and status != "405":
            asked.add((method, route))
            if status.startswith("2"):
                done.add((method, route))
    print("  " + "  ".join(f"{status}: {count}" for status, count in sorted(statuses.items())))
    never = ", ".join(" ".join(one) for one in sorted(asked - done))
    print(f"  {len(done)}/{len(asked)} 个接口至少成功一次；从未成功 never done: {never or '—'}")


def main():
    program = sys.argv[1]
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    examples = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    wanted = sys.argv[4:]
    with tempfile.TemporaryDirectory(prefix="junheng-conform-") as folder:
        folder = Path(folder)
        server, address, token = start(program, folder)
        try:
            sessions, school = people(address, token)
            things = known(address, school, sessions)
            asked = {"stranger": [None], **sessions}
            asked = {who: keys for who, keys in asked.items() if who in wanted or not wanted}
            good = [run(address, who, keys, things, seed, examples) for who, keys in asked.items()]
            alive = server.poll() is None
            tell(address)
        finally:
            server.terminate()
            server.wait(timeout=60)
        failures = [line for line in (folder / "log").read_text().splitlines() if "H-SERVER" in line]
        for line in failures[:20]:
            print(line)
    if not (all(good) and alive and not failures):
        raise SystemExit("✗ 有的回答与接口文档不符 some answers are not as documented")
    print("✓ 所有回答都与接口文档相符 every answer is as documented")


if __name__ == "__main__":
    main()
