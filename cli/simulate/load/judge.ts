/** Whether replies are what they must be. What the pipeline should answer is known of every event. */
import type { Detail } from '../desk';
import type { PlannedEvent } from './plan';

export interface Judge {
  /** @returns what is wrong with the reply; undefined where it is as it must be. */
  fault(event: PlannedEvent, reply: Detail): string | undefined;
}

/** Codes of a refusal. */
export const codesOf = (reply: Detail): string[] =>
  Array.isArray(reply['errors']) ? (reply['errors'] as { code: string }[]).map(({ code }) => code) : [];

/** How a reply is counted, such as `orderCreated (duplicate)`. */
export function kindOf(reply: Detail): string {
  const { commandStatus, queryStatus, duplicate } = reply;
  const status = typeof commandStatus === 'string' ? commandStatus : `query ${String(queryStatus)}`;
  const codes = [...new Set(codesOf(reply))].join(' ');
  return [status, codes, duplicate === true ? '(duplicate)' : ''].filter((word) => word !== '').join(' ');
}

export function createJudge(): Judge {
  const answers = new Map<string, { readonly answer: string; first: boolean }>();

  /** Every delivery of one key gets the same answer, and at most one is not marked as a duplicate. */
  const faultOfKey = (event: PlannedEvent, reply: Detail): string | undefined => {
    const { orderId, commandId } = event.detail as Detail;
    if (orderId === undefined) return undefined;
    const key = JSON.stringify([orderId, commandId]);
    const answer = JSON.stringify([reply['commandStatus'], reply['version'], codesOf(reply)]);
    const isFirst = reply['duplicate'] !== true;
    const before = answers.get(key);
    if (before === undefined) answers.set(key, { answer, first: isFirst });
    else if (before.answer !== answer) return `another delivery was answered by ${before.answer}`;
    else if (isFirst && before.first) return 'it took effect twice';
    else before.first ||= isFirst;
    return undefined;
  };
  return {
    fault: (event, reply) =>
      faultOfReply(event, reply) ?? (event.expected.as === 'refused' ? undefined : faultOfKey(event, reply)),
  };
}

function faultOfReply({ expected }: PlannedEvent, reply: Detail): string | undefined {
  const codes = codesOf(reply);
  switch (expected.as) {
    case 'refused':
      return codes.some((code) => /^(?:invalid|unknown)(?:Command|Query)$/.test(code))
        ? undefined
        : 'it was not refused';
    case 'parked':
      return 'it was answered, and should be parked';
    case 'done or too early':
    case 'done': {
      if (expected.as === 'done or too early' && codes.join() === 'orderNotFound') return undefined;
      if (reply['commandStatus'] !== expected.status) return `it should be ${expected.status}`;
      const isVersion = expected.version === undefined || reply['version'] === expected.version;
      return isVersion ? undefined : `its version should be ${String(expected.version)}`;
    }
  }
}
