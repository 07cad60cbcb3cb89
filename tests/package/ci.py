"""ci.py FILE: the shell commands of a workflow file for GitHub or GitLab, as one bash script on stdout.

A runner sets the variables of the file, runs the commands of GitHub's steps each in a shell of their own
that ends at the first failure, and goes on after a failed step with those that do not ask for success.
GitLab's lines share one shell.
"""
import shlex
import sys

import yaml

EVEN_AFTER_FAILURE = "!cancelled()"


def fail(text):
    sys.exit(f"{sys.argv[1]}: {text}")


def github(document):
    (job,) = document["jobs"].values()
    if document["defaults"]["run"]["shell"] != "bash":
        fail("the commands are for bash")
    uploads = [step["with"]["path"] for step in job["steps"] if "upload-artifact@" in step.get("uses", "")]
    if uploads != ["results"]:
        fail(f"the artefacts are {uploads}, expected ['results']")
    lines = ["status=0"]
    for step in job["steps"]:
        if "run" not in step:
            continue
        command = "bash --noprofile --norc -eo pipefail -c " + shlex.quote(step["run"])
        if EVEN_AFTER_FAILURE not in step.get("if", ""):
            command = f"[ $status != 0 ] || {command}"
        lines.append(f"{command} || status=$?")
    return document["env"], lines + ["exit $status"]


def gitlab(document):
    job = document["taut"]
    kept = job["artifacts"]
    if kept["when"] != "always" or kept["paths"] != ["results/"]:
        fail("the artefacts are to be results/, always")
    if kept["reports"]["junit"] != "results/*.xml":
        fail("the JUnit files are to be results/*.xml")
    return document["variables"], ["set -eo pipefail", *job["before_script"], *job["script"]]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        document = yaml.safe_load(file)
    variables, lines = github(document) if "jobs" in document else gitlab(document)
    for name, value in variables.items():
        if "${{" not in value:
            # What the environment has is what somebody set in the server.
            print(f"export {name}=${{{name}-{shlex.quote(value)}}}")
    print("\n".join(lines))


main()
