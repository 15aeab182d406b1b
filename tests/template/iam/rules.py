"""What is wrong with the policies of resolved resources, each fault as one line of text."""

import json
import logging

from cfnlint.api import lint
from cfnlint.config import ManualArgs
from cloudsplaining.scan.assume_role_policy_document import AssumeRolePolicyDocument
from cloudsplaining.scan.policy_document import PolicyDocument
from cloudsplaining.scan.resource_policy_document import ResourcePolicyDocument
from policy_sentry.querying.actions import get_action_data
from policy_sentry.util.arns import ARN

logging.getLogger("cfnlint").setLevel(logging.ERROR)


def faults_of(resources):
    """A set of lines, "resource: what is wrong"."""
    faults = {f"{fault.path[1]}: {fault.rule.id} {fault.message}" for fault in grammar(resources)}
    for name, resource in resources.items():
        faults |= {f"{name}: {fault}" for fault in faults_of_one(resource["Type"], resource["Properties"])}
    return faults


def faults_of_one(kind, properties):
    inline = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
    attached, trusted = properties.get("PolicyDocument"), properties.get("AssumeRolePolicyDocument")
    for document in inline:
        yield from identity(document)
    if attached is not None:
        yield from of_resource(kind, attached)
    if trusted is not None:
        yield from trust(trusted)
    if json.dumps(properties).count('"Statement"') != len(inline) + (attached is not None) + (trusted is not None):
        yield "a policy where this linter does not look"
    if "ManagedPolicyArns" in properties:
        yield "a policy that AWS keeps and may widen"


def grammar(resources):
    """cfn-lint on what template.yaml becomes: on a SAM template it leaves out the actions, and behind references the resources."""
    found = lint(
        json.dumps({"Resources": resources}), config=ManualArgs(include_checks=["I3510"], regions=["us-east-1"])
    )
    return [fault for fault in found if fault.rule.id != "E1151"]  # a name stands in for the id of the VPC


def identity(document):
    policy = PolicyDocument(document)
    yield from (
        f"{action} on every resource, though it could name some" for action in policy.all_allowed_unrestricted_actions
    )
    yield from (f"privilege escalation: {way['type']}" for way in policy.allows_privilege_escalation)
    yield from (f"{action} hands out credentials" for action in policy.credentials_exposure)
    yield from (
        "NotAction or NotResource"
        for statement in document["Statement"]
        if {"NotAction", "NotResource"} & statement.keys()
    )
    yield from mismatches(document)


def of_resource(kind, document):
    open_to_all = ResourcePolicyDocument(document).internet_accessible_actions
    if kind != "AWS::EC2::VPCEndpoint":  # whose principal is everybody inside the VPC
        yield from (f"{action} for everybody" for action in open_to_all)
    yield from mismatches(document)


def trust(document):
    policy = AssumeRolePolicyDocument(document, current_account_id="123456789012")
    yield from (f"assumable by {who}" for who in policy.role_assumable_by_any_principal)
    yield from (f"assumable by {who}" for who in policy.role_assumable_by_any_principal_with_conditions)
    yield from (f"assumable by {who} of another account" for who in policy.role_assumable_by_cross_account_principals)


def mismatches(document):
    """Actions and resources that have nothing to do with each other, so that the statement allows less than it says."""
    for statement in document["Statement"]:
        actions, resources = as_list(statement.get("Action")), as_list(statement.get("Resource"))
        if statement["Effect"] == "Deny":
            continue
        yield from (f"{action} is a wildcard" for action in actions if "*" in action)
        named = [action for action in actions if "*" not in action]
        matches = {(action, resource) for action in named for resource in resources if takes(action, resource)}
        yield from (
            f"{action} on no resource that it takes"
            for action in named
            if not any((action, one) in matches for one in resources)
        )
        yield from (
            f"{one} for no action that takes it"
            for one in resources
            if not any((action, one) in matches for action in named)
        )


def takes(action, resource):
    data = get_action_data(*action.split(":"))
    formats = [entry["resource_arn_format"] for entries in (data or {}).values() for entry in entries]
    return bool(formats) if resource == "*" else any(ARN(resource).same_resource_type(one) for one in formats)


def as_list(value):
    return value if isinstance(value, list) else [] if value is None else [value]
