/** Rebuilds of the read model: their state machine, and the function that does its steps. */
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Status } from '../../functions/rebuild-read-model/status';
import type { ClientOptions } from '../connect';
import type { Rebuilds } from '../pipeline';
import type { Invoke } from './read-model';

/** Milliseconds between two looks. */
const PAUSE = 2_000;

export function connectRebuilds(
  options: ClientOptions,
  invoke: Invoke,
  machine: string,
  functionName: string,
): Rebuilds {
  const sfn = new SFNClient(options);
  const status = async (): Promise<Status> => (await invoke(functionName, { step: 'status' })) as Status;
  return {
    status,
    async running() {
      const { executions = [] } = await sfn.send(
        new ListExecutionsCommand({ stateMachineArn: machine, statusFilter: 'RUNNING', maxResults: 1 }),
      );
      return executions[0]?.executionArn;
    },
    async start(segments) {
      const input = JSON.stringify({ segments });
      const { executionArn = '' } = await sfn.send(new StartExecutionCommand({ stateMachineArn: machine, input }));
      return executionArn;
    },
    async cancel() {
      const { cancelled } = (await invoke(functionName, { step: 'cancel' })) as { cancelled: boolean };
      return cancelled;
    },
    async wait(executionArn, onStatus) {
      for (;;) {
        const { status: how = '', error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
        const why = [error, cause].filter((text) => text !== undefined).join(': ');
        if (how !== 'RUNNING') return { status: how, ...(why !== '' && { error: why }) };
        onStatus(await status());
        await sleep(PAUSE);
      }
    },
  };
}
