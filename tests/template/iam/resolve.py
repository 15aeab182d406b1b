"""template.yaml as CloudFormation will see it: transformed by SAM, conditions decided, every reference an ARN."""

import json
import os
from pathlib import Path

from samcli.lib.intrinsic_resolver.intrinsic_property_resolver import IntrinsicResolver
from samcli.lib.intrinsic_resolver.intrinsics_symbol_table import IntrinsicsSymbolTable
from samcli.yamlhelper import yaml_parse
from samtranslator.translator.transform import transform

TEMPLATE = Path(__file__).parents[3] / "template.yaml"
AT = "us-east-1:123456789012"

NO_VALUE = "AWS::NoValue"
SECRET = f"arn:aws:secretsmanager:{AT}:secret:name-AbCdEf"

# The forms of the template: each condition that a policy depends on holds in one and not in another.
FORMS = {
    "a database of the stack's own": {"DatabaseHost": ""},
    "a database of yours in subnets": {"DatabaseHost": "db", "DatabaseSubnetIds": "subnet-1", "DatabaseSecretArn": SECRET},
    "a database of yours outside": {"DatabaseHost": "db", "DatabaseSecretArn": SECRET},
}

# What Ref and GetAtt give: the reference of each type in AWS's "Resource and property reference".
VALUES = {
    "AWS::DynamoDB::Table": {
        "Arn": f"arn:aws:dynamodb:{AT}:table/name",
        "StreamArn": f"arn:aws:dynamodb:{AT}:table/name/stream/label",
    },
    "AWS::Events::EventBus": {"Arn": f"arn:aws:events:{AT}:event-bus/name"},
    "AWS::Events::Rule": {"Arn": f"arn:aws:events:{AT}:rule/bus/name"},
    "AWS::Lambda::Function": {"Arn": f"arn:aws:lambda:{AT}:function:name"},
    "AWS::Logs::LogGroup": {"Arn": f"arn:aws:logs:{AT}:log-group:name:*"},
    "AWS::RDS::DBCluster": {
        "DBClusterArn": f"arn:aws:rds:{AT}:cluster:name",
        "DBClusterResourceId": "cluster-ABCDEF",
        "MasterUserSecret.SecretArn": SECRET,
    },
    "AWS::S3::Bucket": {"Arn": "arn:aws:s3:::name"},
    "AWS::SQS::Queue": {"Arn": f"arn:aws:sqs:{AT}:name"},
    "AWS::SecretsManager::Secret": {"Ref": SECRET},
    "AWS::StepFunctions::StateMachine": {"Ref": f"arn:aws:states:{AT}:stateMachine:name"},
}


def read():
    return yaml_parse(TEMPLATE.read_text())


def resolve(template, parameters):
    """The resources that hold a policy, with nothing of it left to decide. Raises for a reference that VALUES lacks."""
    unknown = parameters.keys() - template["Parameters"].keys()
    if unknown:
        raise KeyError(f"the template has no parameter {unknown}")
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    for resource in template["Resources"].values():  # the transform takes no files of this machine
        for key in {"CodeUri", "DefinitionUri"} & resource.get("Properties", {}).keys():
            resource["Properties"][key] = "s3://bucket/key"
    transformed = transform(template, dict(parameters), managed_policy_loader=None)
    known = {**parameters, NO_VALUE: NO_VALUE}
    symbols = IntrinsicsSymbolTable(
        transformed,
        logical_id_translator=known,
        default_type_resolver=VALUES,
        common_attribute_resolver={"Ref": lambda name: name},
    )
    resolver = IntrinsicResolver(transformed, symbols)
    return {
        name: without_nothing(
            {
                "Type": resource["Type"],
                "Properties": resolver.intrinsic_property_resolver(resource["Properties"], False),
            }
        )
        for name, resource in transformed["Resources"].items()
        if holds_policy(resource) and exists(resolver, transformed, resource)
    }


def holds_policy(resource):
    return any(f'"{key}"' in json.dumps(resource) for key in ("Statement", "ManagedPolicyArns"))


def exists(resolver, template, resource):
    condition = resource.get("Condition")
    return condition is None or resolver.intrinsic_property_resolver(template["Conditions"][condition], False)


def without_nothing(value):
    if isinstance(value, dict):
        return {key: without_nothing(item) for key, item in value.items() if item != NO_VALUE}
    if isinstance(value, list):
        return [without_nothing(item) for item in value if item != NO_VALUE]
    return value
