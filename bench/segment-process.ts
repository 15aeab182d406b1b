/** An instance of the rebuild's function in a process of its own: it fills a segment. */
import type { PasswordConfig } from '../functions/shared/database';
import { fillSegment, rebuildInstance } from './rebuild';
import { recordingOf, type Recorded } from './recording';
import { performTasks, type Begun } from './task-process';

/** What it is asked to do. */
export interface SegmentTask {
  readonly config: PasswordConfig;
  readonly recorded: Recorded;
  readonly run: string;
  readonly segment: number;
}

async function perform({ config, recorded, run, segment }: SegmentTask, begun: Begun): Promise<true> {
  const instance = rebuildInstance(config, recordingOf(recorded));
  try {
    await begun();
    await fillSegment(instance, run, segment);
    return true;
  } finally {
    await instance.close();
  }
}

void performTasks((task, begun) => perform(task as SegmentTask, begun));
