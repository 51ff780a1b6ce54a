import { SETTING_NAMES, Settings, settingOf } from './schema.ts';

/** The reference page, docs/reference/configuration.gen.md. */
export function configReference(): string {
  const rows = SETTING_NAMES.map((name) => {
    const { flag, env, value, describe, repeatable } = settingOf(name);
    const written = flag ? `\`${value ? `${flag} ${value}` : flag}\`` : '';
    const variable = `\`${env}\`${repeatable ? ' (comma-separated)' : ''}`;
    return `| ${written} | ${variable} | ${defaultOf(name)} | ${describe} |`;
  });
  return `# Configuration

Flags go after \`--\` (\`npm start -- --port 9000\`) and win over variables. All problems are listed at once before
anything starts. This page is generated from \`apps/server/src/platform/config/schema.ts\`.

| Flag | Variable | Default | What it does |
|---|---|---|---|
${rows.join('\n')}
`;
}

function defaultOf(name: (typeof SETTING_NAMES)[number]): string {
  const { defaultText } = settingOf(name);
  if (defaultText) return defaultText;
  const parsed = Settings.shape[name].safeParse(undefined);
  return parsed.success ? `\`${String(parsed.data)}\`` : 'none';
}
