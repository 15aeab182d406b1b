// What `aws cloudformation describe-change-set --output json` says, as a table for a reviewer: what deletes data comes first.
import { text } from 'node:stream/consumers';

/** From what must be looked at to what need not: lower comes first. */
const RANKS = { Remove: 0, Replace: 1, 'Replace, perhaps': 2, Modify: 3, Add: 4 };

/** @returns {string} what happens to the resource, a key of RANKS where it is known */
const happens = ({ Action, Replacement }) => {
  if (Replacement === 'True') return 'Replace';
  if (Replacement === 'Conditional') return 'Replace, perhaps';
  return Action;
};

const row = (change) => {
  const what = happens(change);
  const alarming = (RANKS[what] ?? 0) <= 2;
  const fate = change.PolicyAction === undefined ? '' : ` (${change.PolicyAction})`; // such as Delete, Retain, Snapshot
  const why = [...new Set((change.Details ?? []).map(({ Target }) => Target?.Name ?? Target?.Attribute))];
  const cells = [
    alarming ? `🛑 **${what}**${fate}` : `${what}${fate}`,
    change.LogicalResourceId,
    change.ResourceType,
    why.filter(Boolean).join(', '),
  ];
  return `| ${cells.join(' | ')} |`;
};

const { StackName, ChangeSetId, Changes } = JSON.parse(await text(process.stdin));
const changes = Changes.map(({ ResourceChange }) => ResourceChange).filter(Boolean);
const rank = (change) => RANKS[happens(change)] ?? 0; // what AWS adds to this list one day comes first
changes.sort((a, b) => rank(a) - rank(b) || a.LogicalResourceId.localeCompare(b.LogicalResourceId));
const lost = changes.filter((change) => rank(change) <= 2).length;

console.log(
  [
    `## Changes to ${StackName}`,
    '',
    lost === 0 ? 'Nothing is removed or replaced.' : `> [!CAUTION]\n> Removed or replaced: ${lost}.`,
    '',
    '| what happens | resource | type | because of |',
    '| --- | --- | --- | --- |',
    ...changes.map(row),
    '',
    `\`${ChangeSetId}\``,
  ].join('\n'),
);
