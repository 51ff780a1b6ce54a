import { SETTINGS } from '@muster/contracts/settings';

// Prints docs/reference/settings.gen.md.
const rows = Object.entries(SETTINGS).map(
  ([key, { group, title, describe, byDefault }]) =>
    `| \`${key}\` | ${group}: ${title} | \`${JSON.stringify(byDefault)}\` | ${describe} |`,
);
process.stdout.write(`# Settings

What an administrator changes while the server runs: on the settings page, by \`muster settings set\`, or by the API. Each
change is audited with both sides. This page is generated from \`packages/contracts/src/settings/\`.

| Setting | Where | Default | What it does |
|---|---|---|---|
${rows.join('\n')}
`);
