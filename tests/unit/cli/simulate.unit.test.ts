/** `simulate` and `tour`, on a pipeline in memory that answers as the real one does. */
import { describe, expect, jest, test } from '@jest/globals';
import stringWidth from 'string-width';
import { connectLocalDatabase } from '../../../cli/local-database';
import { runCli } from '../../../cli/program';
import { createOutput } from '../../../cli/output';
import { cutOf } from '../../../cli/simulate/load/cut';
import { reportLoad } from '../../../cli/simulate/load/report';
import { Tally } from '../../../cli/simulate/load/tally';
import { DeskPipeline } from '../../support/desk-pipeline';
import { cli } from '../../support/memory-pipeline';

const DATE = ['--date', '2026-11-21'];

/** Runs a step and resolves to its figure. */
async function figure(pipeline: DeskPipeline, ...args: string[]): Promise<number> {
  const { code, stdout, stderr } = await cli(pipeline, ['simulate', ...args, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: `${pipeline.where}\n` });
  return (JSON.parse(stdout) as { figure: number }).figure;
}

describe('the steps of the desk', () => {
  test('that do not exist, and flags without effect, are refused in words that say so', async () => {
    const pipeline = new DeskPipeline();
    const unknown = await cli(pipeline, ['simulate', 'fly']);
    expect(unknown).toMatchObject({ code: 2 });
    expect(unknown.stderr).toContain("unknown command 'fly'");
    const dated = await cli(pipeline, ['simulate', 'malformed', '--poison', ...DATE]);
    expect(dated).toMatchObject({ code: 2 });
    expect(dated.stderr).toContain('--date');
    const unsure = await cli(pipeline, ['simulate', 'empty']);
    expect(unsure).toMatchObject({
      code: 2,
      stderr: 'This deletes all orders, customers and items. Say --yes if you mean it.\n',
    });
    expect([pipeline.sent.length, pipeline.quarantined.length]).toEqual([0, 0]);
  });

  test('come to the figures of the demo', async () => {
    const pipeline = new DeskPipeline();
    expect(await figure(pipeline, 'customers', ...DATE)).toBe(20);
    expect(await figure(pipeline, 'count')).toBe(20);
    expect(await figure(pipeline, 'order', ...DATE)).toBe(40);
    expect(await figure(pipeline, 'passengers', 'mu5159', ...DATE)).toBe(8);
    expect(await figure(pipeline, 'passengers', 'MU5159', '--date', '2026-11-22')).toBe(0);
    expect(await figure(pipeline, 'city', 'Beijing')).toBe(12);
    expect(await figure(pipeline, 'change', ...DATE)).toBe(5);
    expect(await figure(pipeline, 'cancel', ...DATE)).toBe(20);
    expect(await figure(pipeline, 'passengers', 'MU5159', ...DATE)).toBe(4);
    expect(await figure(pipeline, 'order', ...DATE)).toBe(20);
    expect(await figure(pipeline, 'order', ...DATE)).toBe(0);
    expect(await figure(pipeline, 'passengers', 'MU5159', ...DATE)).toBe(8);
    expect(await figure(pipeline, 'malformed')).toBe(1);
    expect(await figure(pipeline, 'malformed', '--poison')).toBe(1);
    expect(await figure(pipeline, 'empty', '--yes')).toBe(0);
    expect(await figure(pipeline, 'count')).toBe(0);
    expect(await figure(pipeline, 'duplicates')).toBe(4);
    expect(await figure(pipeline, 'count')).toBe(1);
    expect(pipeline.watching).toBe(0);
  });

  test('draw other lots with another seed, and the same with the same', async () => {
    const cancelled = async (seed: string): Promise<string[]> => {
      const pipeline = new DeskPipeline();
      await figure(pipeline, 'order', ...DATE);
      await figure(pipeline, 'cancel', ...DATE, '--seed', seed);
      return [...pipeline.subjects].flatMap(([pk, { status }]) => (status === 'cancelled' ? [pk] : []));
    };
    expect(await cancelled('1')).toEqual(await cancelled('1'));
    expect(await cancelled('1')).not.toEqual(await cancelled('2'));
  });

  test('end with 4 where the pipeline refuses what it should take, and remove their queue', async () => {
    const pipeline = new DeskPipeline();
    pipeline.tamper = (reply) => ({ ...reply, commandStatus: 'rejected', errors: [{ code: 'versionConflict' }] });
    const { code, stderr } = await cli(pipeline, ['simulate', 'customers', ...DATE]);
    expect(code).toBe(4);
    expect(stderr).toContain('versionConflict');
    expect(pipeline.watching).toBe(0);
  });

  test('end with 5 where there is no reply', async () => {
    const pipeline = new DeskPipeline();
    pipeline.tamper = () => undefined;
    expect(await cli(pipeline, ['simulate', 'count'])).toMatchObject({ code: 5 });
  });

  test('empty only with --yes, and nothing of a stack with DeletionProtection', async () => {
    const pipeline = new DeskPipeline();
    await figure(pipeline, 'customers', ...DATE);
    expect(await cli(pipeline, ['simulate', 'empty'])).toMatchObject({ code: 2 });
    pipeline.isProtected = true;
    expect(await cli(pipeline, ['simulate', 'empty', '--yes'])).toMatchObject({ code: 2 });
    expect(pipeline.subjects.size).toBe(25);
  });
});

describe('on AWS', () => {
  test.each([
    [['simulate', 'count']],
    [['simulate', '--orders', '5']],
    [['tour']],
    [['simulate', 'malformed', '--poison']],
  ])('%j says where, and refuses a stack that is not named', async (args) => {
    const pipeline = new DeskPipeline();
    pipeline.isLocal = false;
    const { code, stderr } = await cli(pipeline, args);
    expect({ code, sent: pipeline.sent.length, bad: pipeline.quarantined.length }).toEqual({
      code: 2,
      sent: 0,
      bad: 0,
    });
    expect(stderr).toMatch(/^stack order-pipeline in memory\nThis writes made-up data: .* --stack-name/);
  });

  test('a stack that is named is filled', async () => {
    const pipeline = new DeskPipeline();
    pipeline.isLocal = false;
    expect(await cli(pipeline, ['simulate', 'customers', '--stack-name', 'order-pipeline'])).toMatchObject({ code: 0 });
  });
});

describe('flags', () => {
  test.each([
    [['--orders', '0'], 'whole number from 1 to'],
    [['--orders', '5', '--orders', '6'], 'given twice'],
    [['--orders', '5', '--dup', '5'], 'such as 5%'],
    [['--orders', '5', '--dup', '101%'], 'from 0% to 100%'],
    [['--orders', '5', '--broken', '-1%'], 'from 0% to 100%'],
    [['--orders', '5', '--db-pause', '20'], 'such as 20s'],
    [['--orders', '5', '--db-pause', '0s'], '1s to 300s'],
    [['--orders', '5', '--skew', '3.1'], 'from 0 to 3'],
    [['--orders', '5', '--rate', '0'], 'whole number from 1 to'],
    [['--orders', '5', '--date', '2026-02-30'], 'a day such as'],
    [['--orders', '5', '--seed', '4294967296'], 'whole number from 0 to'],
    [[], '--orders'],
    [['passengers', 'XY1'], 'MU5159'],
    [['passengers'], "missing required argument 'flight'"],
    [['count', '--seed', '1'], 'unknown option'],
    [['nothing'], "unknown command 'nothing'"],
  ])('%j are refused, and nothing is sent', async (args, words) => {
    const pipeline = new DeskPipeline();
    const { code, stderr } = await cli(pipeline, ['simulate', ...args]);
    expect(stderr).toContain(words);
    expect({ code, sent: pipeline.sent.length }).toEqual({ code: 2, sent: 0 });
  });
});

describe('a load', () => {
  const FAST = ['--rate', '2000', '--customers', '10', '--items', '8', ...DATE];
  interface Report {
    readonly sent: number;
    readonly replies: Readonly<Record<string, number>>;
    readonly unexpected: { readonly count: number; readonly first: readonly { readonly fault: string }[] };
    readonly parked: { readonly expected: number; readonly missing: readonly string[] };
    readonly quarantined: { readonly expected: number; readonly missing: readonly string[] };
    readonly replyMilliseconds: { readonly measured: number };
    readonly visibleMilliseconds: { readonly measured: number };
    readonly caughtUpMilliseconds: number | null;
    readonly isInterrupted: boolean;
    readonly cutShort: string | null;
    readonly unanswered: readonly string[];
    readonly unsure: number;
  }
  const load = async (pipeline: DeskPipeline, ...args: string[]): Promise<Report & { code: number }> => {
    const { code, stdout } = await cli(pipeline, ['simulate', ...args, ...FAST, '--json']);
    return { code, ...(JSON.parse(stdout) as Report) };
  };

  test('with all that goes wrong is answered as it must be, and measured', async () => {
    const pipeline = new DeskPipeline();
    const shares = ['--dup', '10%', '--reorder', '10%', '--broken', '100%', '--poison', '5%', '--seed', '7'];
    const { code, sent, replies, ...report } = await load(pipeline, '--orders', '200', ...shares);
    expect({ code, unexpected: report.unexpected.count }).toEqual({ code: 0, unexpected: 0 });
    expect(replies['orderCreated']).toBe(200);
    expect(replies['orderCreated (duplicate)']).toBeGreaterThan(5);
    expect(replies['rejected invalidCommand']).toBeGreaterThan(100);
    expect(replies['rejected orderNotFound']).toBeGreaterThan(5); // in memory, what is sent first comes first
    expect(report.parked).toMatchObject({ missing: [] });
    expect(report.parked.expected).toBeGreaterThan(0);
    expect(report.quarantined).toMatchObject({ missing: [] });
    expect(report.quarantined.expected).toBe(pipeline.quarantined.length);
    expect(report.replyMilliseconds.measured).toBe(sent - report.parked.expected);
    expect(report.visibleMilliseconds.measured).toBeGreaterThan(0);
    expect(pipeline.watching).toBe(0);
  });

  test('sent again with the same flags is nothing but duplicates', async () => {
    const pipeline = new DeskPipeline();
    await load(pipeline, '--orders', '30', '--seed', '7');
    const subjects = new Map(pipeline.subjects);
    const { code, replies } = await load(pipeline, '--orders', '30', '--seed', '7');
    expect(code).toBe(0);
    expect(Object.keys(replies).filter((kind) => !kind.endsWith('(duplicate)'))).toEqual([]);
    expect(pipeline.subjects).toEqual(subjects);
  });

  test('ends with 1 where an answer is another one than it must be, and names it', async () => {
    const pipeline = new DeskPipeline();
    pipeline.tamper = (reply) => (reply['commandStatus'] === 'orderUpdated' ? { ...reply, version: 9 } : reply);
    const { code, unexpected } = await load(pipeline, '--orders', '40', '--seed', '7');
    expect(code).toBe(1);
    expect(unexpected.first[0]?.fault).toContain('its version should be 2');
  });

  test('ends with 1 where a refusal of the bus does not end, and counts one that does as sent', async () => {
    const pipeline = new DeskPipeline();
    pipeline.refusals.set(0, 'ThrottlingException: slow down');
    expect(await load(pipeline, '--orders', '5', '--seed', '7')).toMatchObject({ code: 0, refusedByBus: 1 });
    const closed = new DeskPipeline();
    for (let n = 0; n < 1_000; n += 1) closed.refusals.set(n, 'AccessDenied: no');
    const { code, unexpected } = await load(closed, '--orders', '5', '--seed', '7');
    expect(code).toBe(1);
    expect(unexpected.first[0]?.fault).toBe('the bus did not take it: AccessDenied: no');
  });

  test('holds the database in the middle, and not longer', async () => {
    const pipeline = new DeskPipeline();
    const hold = jest.spyOn(pipeline.database, 'hold');
    const { code, stderr } = await cli(pipeline, ['simulate', '--orders', '20', '--db-pause', '1s', ...FAST]);
    expect(code).toBe(0);
    expect(hold).toHaveBeenCalledTimes(1);
    expect(stderr).toContain('the database is held still for 1 s\nthe database goes on\n');
    expect(pipeline.isHeld).toBe(false);
  });

  test('holds no database but that of npm start: it says so, and sends nothing', async () => {
    const pipeline = new DeskPipeline();
    pipeline.database = connectLocalDatabase(undefined);
    const { code, stderr } = await cli(pipeline, ['simulate', '--orders', '20', '--db-pause', '1s', ...FAST]);
    expect({ code, sent: pipeline.sent.length }).toEqual({ code: 2, sent: 0 });
    expect(stderr).toContain('Only the database server that npm start runs on this machine can be held');
  });

  test('ends with 1 where the read model never has what was made, and does not say that it caught up', () => {
    let stdout = '';
    const write = (text: string): void => void (stdout += text);
    const ended = { tally: new Tally(), seconds: 1, unanswered: [], unsure: 0, toBeParked: 0, notParked: [], poisoned: 0, notQuarantined: [] }; // prettier-ignore
    const options = { orders: 1, rate: 1, customers: 1, items: 1, skew: 0, seed: 1, date: '2026-11-21', dup: 0, reorder: 0, broken: 0, poison: 0 }; // prettier-ignore
    expect(reportLoad(createOutput({ write }, { write }, false, false), options, ended)).toBe(1);
    expect(stdout).toMatch(/caught up +an order that was made is not found in the read model\n/);
    expect(reportLoad(createOutput({ write }, { write }, false, false), options, { ...ended, caughtUpMs: 5 })).toBe(0);
  });

  test('interrupted, lets the database go on, reports what was until then, and ends with 130', async () => {
    const pipeline = new DeskPipeline();
    const listeners = new Set<() => void>();
    pipeline.tamper = (reply, { command }) => {
      if (command === 'createOrder' && pipeline.isHeld) for (const listener of listeners) listener();
      return reply;
    };
    let stdout = '';
    const slowly = ['--rate', '500', '--customers', '10', '--items', '8', ...DATE];
    const code = await runCli(['simulate', '--orders', '2000', '--db-pause', '300s', ...slowly, '--json'], {
      connect: () => Promise.resolve(pipeline),
      readFile: () => '',
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: () => undefined },
      colours: false,
      sleep: () => Promise.resolve(),
      onInterrupt(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    });
    const report = JSON.parse(stdout) as Report;
    expect({ code, isHeld: pipeline.isHeld, interrupted: report.isInterrupted }).toEqual({ code: 130, isHeld: false, interrupted: true }); // prettier-ignore
    expect(report.replies['orderCreated']).toBeLessThan(2_000);
    expect(report.caughtUpMilliseconds).toBeNull(); // it was not waited for
    expect({ listeners: listeners.size, watching: pipeline.watching }).toEqual({ listeners: 0, watching: 0 });
  });

  describe('cut short', () => {
    const SLOWLY = ['--rate', '200', '--customers', '10', '--items', '8', ...DATE];

    /** A bus that is gone after so many events. */
    function dying(pipeline: DeskPipeline, after: number): DeskPipeline {
      const put = pipeline.bus.put.bind(pipeline.bus);
      jest
        .spyOn(pipeline.bus, 'put')
        .mockImplementation((entries) =>
          pipeline.sent.length < after ? put(entries) : Promise.reject(new Error('connect ECONNREFUSED')),
        );
      return pipeline;
    }

    test('by a bus that is gone, reports what was judged until then, says why, and ends with 1', async () => {
      const pipeline = dying(new DeskPipeline(), 100);
      pipeline.tamper = (reply, { command }) => (command === 'createOrder' && pipeline.sent.length % 2 === 0 ? undefined : reply); // prettier-ignore
      const { code, stdout, stderr } = await cli(pipeline, ['simulate', '--orders', '2000', ...SLOWLY]);
      expect({ code, stderr }).toEqual({ code: 1, stderr: `${pipeline.where}\n` });
      expect(stdout).toMatch(/^orderCreated +[1-9]\d*$/m);
      expect(stdout).toMatch(/^event to reply +p50 /m);
      expect(stdout).toMatch(/^parked +0, not looked for$/m);
      const [, unanswered] = /^unanswered +(\d+)$/m.exec(stdout) ?? [];
      expect(Number(unanswered)).toBeGreaterThan(0);
      expect(stdout).toContain(`Cut short: connect ECONNREFUSED. This is the report until then; events without an answer: ${unanswered}, which may be answered yet.`); // prettier-ignore
      expect(stdout).toMatch(/^[1-9]\d* more were on their way: whether the bus took them is not known\.$/m);
      expect(pipeline.watching).toBe(0);
    });

    test('has the same in its document', async () => {
      const { code, stdout } = await cli(dying(new DeskPipeline(), 50), ['simulate', '--orders', '2000', ...SLOWLY, '--json']); // prettier-ignore
      const report = JSON.parse(stdout) as Report;
      expect(code).toBe(1);
      expect(report).toMatchObject({ isInterrupted: false, cutShort: 'connect ECONNREFUSED', parked: { missing: null } }); // prettier-ignore
      expect(report.unsure).toBeGreaterThan(0);
    });

    test('while it waits for the read model, too', async () => {
      const pipeline = new DeskPipeline();
      const put = pipeline.bus.put.bind(pipeline.bus);
      jest
        .spyOn(pipeline.bus, 'put')
        .mockImplementation((entries) =>
          entries.some(({ detailType }) => detailType === 'orderQuery')
            ? Promise.reject(new Error('connect ECONNREFUSED'))
            : put(entries),
        );
      const { code, sent, unsure, cutShort } = await load(pipeline, '--orders', '5', '--seed', '7');
      expect({ code, unsure, cutShort }).toEqual({ code: 1, unsure: 0, cutShort: 'connect ECONNREFUSED' });
      expect(sent).toBe(pipeline.sent.length);
    });

    test('by a workflow that does not answer any more, ends with 5', async () => {
      const pipeline = new DeskPipeline();
      pipeline.tamper = (reply) => (pipeline.sent.length > 60 ? undefined : reply);
      const now = performance.now.bind(performance);
      const clock = jest.spyOn(performance, 'now').mockImplementation(() => now() * 200); // a minute in 0.3 s
      const args = ['simulate', '--orders', '3000', '--rate', '20', ...DATE, '--json'];
      const { code, stdout } = await cli(pipeline, args).finally(() => { clock.mockRestore(); }); // prettier-ignore
      const { sent, unanswered, cutShort } = JSON.parse(stdout) as Report;
      expect({ code, cutShort, unanswered: unanswered.length }).toEqual({ code: 5, cutShort: 'no reply came for 60 s', unanswered: sent - 60 }); // prettier-ignore
    });

    test('leaves a note where its queue cannot be removed', async () => {
      const pipeline = new DeskPipeline();
      const watchReplies = pipeline.bus.watchReplies.bind(pipeline.bus);
      jest.spyOn(pipeline.bus, 'watchReplies').mockImplementation(async () => ({ ...(await watchReplies()), close: () => Promise.reject(new Error('gone')) })); // prettier-ignore
      const { code, stdout, stderr } = await cli(pipeline, ['simulate', '--orders', '5', '--seed', '7', ...FAST]);
      expect(code).toBe(1);
      expect(stderr).toContain('order-pipeline-cli-…, could not be removed: gone');
      expect(stdout).toMatch(/^orderCreated +5$/m);
    });

    test('by Ctrl-C does not wait for a call that nobody answers', async () => {
      const interruption = new AbortController();
      interruption.abort();
      const silent = new Promise<void>(() => undefined);
      expect(await cutOf(() => silent, interruption.signal, 1)).toEqual({ why: 'interrupted', code: 130 });
    });
  });
});

describe('the tour', () => {
  const tour = (pipeline: DeskPipeline, ...args: string[]) => cli(pipeline, ['tour', ...DATE, ...args]);

  test('has every figure right, and ends with what to do next', async () => {
    const pipeline = new DeskPipeline();
    const { code, stdout } = await tour(pipeline);
    expect(code).toBe(0);
    expect(stdout).not.toContain('✗');
    expect(stdout).toContain('20 of 20 figures are as they should be.');
    expect(stdout).toContain('There is no console: npm start serves one');
    expect(stdout).toContain('npx order-pipeline simulate --orders 500');
  });

  test('titles its columns, keeps them under each other and fits a terminal of 80', async () => {
    const pipeline = Object.assign(new DeskPipeline(), { consoleUrl: 'http://127.0.0.1:4580/' });
    pipeline.tamper = (reply, { query }) =>
      query === 'customersByItem'
        ? { ...reply, queryResult: (reply['queryResult'] as object[]).map((row, n) => ({ ...row, name: n % 2 === 0 ? '陈 伟' : 'Ann' })) } // prettier-ignore
        : reply;
    const { stdout } = await tour(pipeline);
    const lines = stdout.split('\n');
    expect(lines.filter((line) => stringWidth(line) > 80)).toEqual([]);
    const first = lines.findIndex((line) => line.startsWith('     customerid '));
    expect(lines[first]).toMatch(/^ {5}customerid +name +email +orders$/);
    const nameAt = lines[first]?.indexOf('name');
    expect(lines.slice(first + 1, first + 3).map((line) => /陈|Ann/.exec(line)?.index)).toEqual([nameAt, nameAt]);
    expect(new Set(lines.slice(first, first + 4).map((line) => stringWidth(line))).size).toBe(1); // numbers flush right
    expect(stdout).toMatch(/^ {5}code +message$/m);
    expect(stdout).not.toContain('\u001b');
  });

  test('names the console and opens it', async () => {
    const pipeline = Object.assign(new DeskPipeline(), { consoleUrl: 'http://127.0.0.1:4580/' });
    const opened: string[] = [];
    let stdout = '';
    await runCli(['tour', ...DATE], {
      connect: () => Promise.resolve(pipeline),
      readFile: () => '',
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: () => undefined },
      colours: false,
      sleep: () => Promise.resolve(),
      openBrowser: (url) => opened.push(url),
    });
    expect(stdout).toContain('The console: http://127.0.0.1:4580/\n');
    expect(opened).toEqual(['http://127.0.0.1:4580/']);
  });

  test('that sees another figure says so, goes on, and ends with 1', async () => {
    const pipeline = new DeskPipeline();
    pipeline.tamper = (reply, { query, itemid }) =>
      query === 'customersByItem' && itemid === 'MU5159:2026-11-21'
        ? { ...reply, queryResult: (reply['queryResult'] as object[]).slice(1) }
        : reply;
    const { code, stdout } = await tour(pipeline, '--json');
    expect(code).toBe(1);
    const { steps, asExpected } = JSON.parse(stdout) as { steps: { command: string; figure: number }[]; asExpected: boolean }; // prettier-ignore
    expect(asExpected).toBe(false);
    expect(steps).toHaveLength(20);
    expect(steps.find(({ command }) => command.startsWith('passengers'))?.figure).toBe(7);
  });

  test('starts beside the samples of npm start, and not on anything else without --yes', async () => {
    const pipeline = new DeskPipeline();
    for (const id of ['6101', '6102']) pipeline.subjects.set(`order#${id}`, { version: 1 });
    expect(await tour(pipeline)).toMatchObject({ code: 0 });
    const before = pipeline.sent.length;
    const refused = await tour(pipeline);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain('With --yes');
    expect(pipeline.sent).toHaveLength(before);
    expect(await tour(pipeline, '--yes')).toMatchObject({ code: 0 });
  });

  test('does not begin where it could not empty', async () => {
    const pipeline = new DeskPipeline();
    pipeline.isProtected = true;
    expect(await tour(pipeline, '--yes')).toMatchObject({ code: 2 });
    expect(pipeline.sent).toEqual([]);
  });

  test('waits at a terminal between chapters, unless told not to', async () => {
    const asked: string[] = [];
    const ask = (question: string): Promise<string> => Promise.resolve(String(asked.push(question)));
    expect(await cli(new DeskPipeline(), ['tour', ...DATE], {}, ask)).toMatchObject({ code: 0 });
    expect(asked).toHaveLength(4);
    expect(await cli(new DeskPipeline(), ['tour', ...DATE, '--no-pause'], {}, ask)).toMatchObject({ code: 0 });
    expect(asked).toHaveLength(4);
  });
});
