/** One logger and one set of metrics a function instance, so that every line and number has the same names. */
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';

/** Structured JSON logs; level by `POWERTOOLS_LOG_LEVEL`, service name by `POWERTOOLS_SERVICE_NAME` (template.yaml sets both). */
export const logger = new Logger();

/** CloudWatch metrics in the embedded metric format: written to the log, so that they cost no call. Left out of bundles that name none. */
export const metrics = /* @__PURE__ */ new Metrics();
