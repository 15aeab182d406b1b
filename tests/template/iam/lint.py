"""The IAM linter of `npm test`: the policies of template.yaml in both of its forms; before that, that it can find something."""

import sys
from copy import deepcopy

from faults import FAULTS
from resolve import FORMS, read, resolve
from rules import faults_of

JOIN_VPC = "Lambda's networking makes the interface with the role of the function, and names no subnet when it deletes it: AWSLambdaVPCAccessExecutionRole allows the same on *"
LOG_STREAMS = "a log group's ARN ends in :*, which is all of its streams; the linter knows only log-stream:name"

# What the linter says about any role, and why it stays.
ACCEPTED = {
    "ec2:AssignPrivateIpAddresses on every resource, though it could name some": JOIN_VPC,
    "ec2:CreateNetworkInterface on every resource, though it could name some": JOIN_VPC,
    "ec2:DeleteNetworkInterface on every resource, though it could name some": JOIN_VPC,
    "ec2:UnassignPrivateIpAddresses on every resource, though it could name some": JOIN_VPC,
    "logs:CreateLogStream on no resource that it takes": LOG_STREAMS,
    "logs:PutLogEvents on no resource that it takes": LOG_STREAMS,
    "arn:aws:logs:us-east-1:123456789012:log-group:name:* for no action that takes it": LOG_STREAMS,
}


def main():
    template = read()
    forms = {form: resolve(deepcopy(template), parameters) for form, parameters in FORMS.items()}
    faults = {form: faults_of(resources) for form, resources in forms.items()}
    problems = [f"{form}: {fault}" for form in forms for fault in sorted(faults[form]) if not is_accepted(fault)]
    seen = {what(fault) for found in faults.values() for fault in found}
    problems += [f"accepted, but not there any more: {fault}" for fault in ACCEPTED.keys() - seen]
    problems += [f"not found, though planted: {name}" for name in not_found(next(iter(forms.values())))]
    print(
        "\n".join(problems)
        or f"{len(forms)} forms of the template: nothing to say. {len(FAULTS)} planted faults: all found."
    )
    return 1 if problems else 0


def what(fault):
    return fault.split(": ", 1)[1]


def is_accepted(fault):
    return what(fault) in ACCEPTED


def not_found(resources):
    """The planted faults that lead to nothing. All are judged at once, each in a resource of its own: cfn-lint is slow to start."""
    planted = {}
    for index, plant in enumerate(FAULTS.values()):
        changed = deepcopy(resources)
        plant(changed)
        planted |= {f"{name}Fault{index}": one for name, one in changed.items() if one != resources[name]}
    refused = {fault.split(":")[0].split("Fault")[1] for fault in faults_of(planted) if not is_accepted(fault)}
    return [name for index, name in enumerate(FAULTS) if str(index) not in refused]


if __name__ == "__main__":
    sys.exit(main())
