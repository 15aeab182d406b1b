"""Faults to plant into the policies: a linter that does not find each of them is not worth its green."""


def statement(resources, role, action):
    """The statement of a role that allows an action."""
    statements = resources[role]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    return next(one for one in statements if action in one["Action"])


def first(resources, name, key="PolicyDocument"):
    return resources[name]["Properties"][key]["Statement"][0]


def in_role(role, action, **change):
    return lambda resources: statement(resources, role, action).update(change)


def in_policy(name, key="PolicyDocument", **change):
    return lambda resources: first(resources, name, key).update(change)


FAULTS = {
    "every action there is": in_role("WorkflowRole", "sqs:SendMessage", Action="*"),
    "every action on everything": in_role("WorkflowRole", "sqs:SendMessage", Action="*", Resource="*"),
    "every action of a service": in_role("WorkflowRole", "sqs:SendMessage", Action="sqs:*"),
    "an action that does not exist": in_role("WorkflowRole", "sqs:SendMessage", Action="sqs:SendMessages"),
    "a service that does not exist": in_role("WorkflowRole", "sqs:SendMessage", Action="queue:SendMessage"),
    "an action that takes another service's resource": in_role(
        "WorkflowRole", "sqs:SendMessage", Resource="arn:aws:sns:us-east-1:123456789012:name"
    ),
    "an action on objects, given the bucket": in_role("ProjectorRole", "s3:PutObject", Resource="arn:aws:s3:::name"),
    "an action on streams, given the table": in_role(
        "ProjectorRole", "dynamodb:GetRecords", Resource="arn:aws:dynamodb:us-east-1:123456789012:table/name"
    ),
    "a resource that no action of the statement takes": in_role(
        "ProjectorRole",
        "dynamodb:BatchGetItem",
        Resource=["arn:aws:dynamodb:us-east-1:123456789012:table/name", "arn:aws:sqs:us-east-1:123456789012:name"],
    ),
    "* where a table could be named": in_role("WorkflowRole", "dynamodb:PutItem", Resource="*"),
    "* where a secret could be named": in_role("DbInitRole", "secretsmanager:GetSecretValue", Resource="*"),
    "all actions but one": lambda resources: statement(resources, "WorkflowRole", "sqs:SendMessage").update(
        NotAction=statement(resources, "WorkflowRole", "sqs:SendMessage").pop("Action")
    ),
    "a condition operator that does not exist": in_role(
        "WorkflowRole", "sqs:SendMessage", Condition={"StringEqual": {"aws:SourceAccount": "1"}}
    ),
    "a way to take any role": in_role(
        "WorkflowRole",
        "sqs:SendMessage",
        Action=["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"],
        Resource="*",
    ),
    "a queue that everybody may send to": lambda resources: (
        first(resources, "UndeliveredEventsPolicy").pop("Condition"),
        first(resources, "UndeliveredEventsPolicy").update(Principal="*"),
    ),
    "a queue's policy about buckets": in_policy("UndeliveredEventsPolicy", Action="s3:GetObject"),
    "a bucket that everybody may read": in_policy(
        "UnprojectedRecordsPolicy", Effect="Allow", Action="s3:GetObject", Condition={}
    ),
    "a role that everybody may take": in_policy("QueryRole", "AssumeRolePolicyDocument", Principal={"AWS": "*"}),
    "a role that another account may take": in_policy(
        "QueryRole", "AssumeRolePolicyDocument", Principal={"AWS": "arn:aws:iam::210987654321:root"}
    ),
    "a policy of AWS's": lambda resources: resources["QueryRole"]["Properties"].update(
        ManagedPolicyArns=["arn:aws:iam::aws:policy/AdministratorAccess"]
    ),
    "a policy where nobody looks": lambda resources: resources["QueryRole"]["Properties"].update(
        Elsewhere={"Statement": []}
    ),
    "a trust policy with an action that does not exist": in_policy(
        "QueryRole", "AssumeRolePolicyDocument", Action="sts:TakeRole"
    ),
}
