/** What the workflows of .github promise. They have not run on GitHub: docs/delivery.md. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { yamlParse } from 'yaml-cfn';

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly environment?: string;
  readonly needs?: string;
  readonly if?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress': boolean };
  readonly jobs: Readonly<Record<string, Job>>;
}

const github = path.resolve(__dirname, '../../../.github');
const textOf = (file: string): string => readFileSync(path.join(github, file), 'utf8');
const files = readdirSync(path.join(github, 'workflows')).map((name) => `workflows/${name}`);
const workflowOf = (file: string): Workflow => yamlParse(textOf(file)) as Workflow;
const jobsOf = (file: string): [string, Job][] => Object.entries(workflowOf(file).jobs);
const scriptsOf = (job: Job | undefined): string => (job?.steps ?? []).map(({ run }) => run ?? '').join('\n');

describe.each(files)('%s', (file) => {
  test('pins every action to a commit, and names its version for the reader and for Dependabot', () => {
    const uses = textOf(file)
      .split('\n')
      .filter((line) => line.includes('uses:'));
    expect(uses.length).toBeGreaterThan(0);
    for (const line of uses) expect(line).toMatch(/^\s*- uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test('gives its jobs nothing but to read the code, and to sign in', () => {
    expect(workflowOf(file).permissions).toEqual({});
    for (const [, { permissions = {} }] of jobsOf(file)) {
      expect(Object.keys(permissions).length).toBeGreaterThan(0);
      const known: Record<string, string> = { contents: 'read', 'id-token': 'write' };
      for (const [what, level] of Object.entries(permissions)) expect(level).toBe(known[what]);
    }
  });

  test('ends: every job has a limit, and runs replace or follow each other', () => {
    for (const [, job] of jobsOf(file)) expect(job['timeout-minutes']).toBeGreaterThan(0);
    expect(workflowOf(file).concurrency?.group).toBeTruthy();
  });

  test('holds no secret that it could print, and lets no event write a script', () => {
    expect(textOf(file)).not.toMatch(/secrets\b/);
    for (const [, job] of jobsOf(file)) expect(scriptsOf(job)).not.toMatch(/\$\{\{/);
  });

  test('leaves no token of GitHub in the checkout', () => {
    const checkouts = jobsOf(file).flatMap(([, { steps }]) => steps.filter(({ uses }) => uses?.includes('checkout')));
    expect(checkouts.length).toBeGreaterThan(0);
    for (const checkout of checkouts) expect(checkout.with?.['persist-credentials']).toBe(false);
  });
});

describe('the checks', () => {
  const { on, jobs } = workflowOf('workflows/ci.yml');

  test('run npm test on every pull request, with the rights of none', () => {
    expect(on).toHaveProperty('pull_request');
    expect(on).not.toHaveProperty('pull_request_target');
    expect(scriptsOf(jobs['test'])).toBe('\n\nnpm test');
  });

  test('ask for advisories apart from the tests, and also when nothing changes', () => {
    expect(on).toHaveProperty('schedule');
    expect(scriptsOf(jobs['supply-chain'])).toContain('npm run audit');
    expect(scriptsOf(jobs['test'])).not.toContain('audit');
  });
});

describe('a deployment', () => {
  const file = 'workflows/deploy.yml';
  const { on, concurrency, jobs } = workflowOf(file);
  const { plan, execute } = jobs;

  test('comes from main, one at a time, and is never cut short', () => {
    expect(on).toEqual({ push: { branches: ['main'] }, workflow_dispatch: null });
    expect(concurrency).toEqual({ group: 'deploy-prod', 'cancel-in-progress': false });
  });

  test('is planned without being done', () => {
    expect(scriptsOf(plan)).toMatch(/sam deploy [^|]*--no-execute-changeset/);
    expect(scriptsOf(plan)).not.toMatch(/execute-change-set|sam sync/);
    expect(plan?.environment).toBeUndefined();
  });

  test('builds before there are credentials', () => {
    const steps = plan?.steps ?? [];
    const build = steps.findIndex(({ run }) => run?.includes('npm run build'));
    const credentials = steps.findIndex(({ uses }) => uses?.includes('configure-aws-credentials'));
    expect(build).toBeGreaterThan(-1);
    expect(credentials).toBeGreaterThan(build);
  });

  test('waits for the reviewers of prod, and is not begun where nothing changes', () => {
    expect(execute).toMatchObject({
      needs: 'plan',
      environment: 'prod',
      if: "needs.plan.outputs.change-set != ''",
    });
  });

  test('executes the change set that was shown, and builds nothing anew', () => {
    expect(scriptsOf(execute).match(/execute-change-set.*/g)).toEqual([
      'execute-change-set --change-set-name "$CHANGE_SET"',
    ]);
    expect(scriptsOf(execute)).not.toMatch(/sam |npm |create-change-set|update-stack|deploy/);
    expect(textOf(file).match(/CHANGE_SET: .*/g)).toEqual([
      'CHANGE_SET: ${{ steps.plan.outputs.change-set }}',
      'CHANGE_SET: ${{ needs.plan.outputs.change-set }}',
    ]);
  });

  test('signs in by OIDC, with another role for each job', () => {
    const roles = [plan, execute].map(
      (job) => job?.steps.find(({ uses }) => uses?.includes('aws-credentials'))?.with?.['role-to-assume'],
    );
    expect(roles).toEqual(['${{ vars.PLAN_ROLE_ARN }}', '${{ vars.DEPLOY_ROLE_ARN }}']);
  });
});

test('Dependabot keeps the packages of Node, those of Python and the actions', () => {
  const { updates } = yamlParse(textOf('dependabot.yml')) as { updates: Record<string, string>[] };
  expect(updates.map((update) => [update['package-ecosystem'], update['directory']])).toEqual([
    ['npm', '/'],
    ['uv', '/local'],
    ['github-actions', '/'],
  ]);
});
