// Renders openapi.json of this very server. Text only ever becomes text nodes.

/** An element with attributes and children; strings become text. */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

function parameterTable(parameters) {
  const rows = parameters.map((parameter) =>
    element(
      'tr',
      {},
      element('td', {}, element('code', {}, parameter.name)),
      element('td', { class: 'quiet' }, `${parameter.in}${parameter.required ? ', required' : ''}`),
      element('td', {}, parameter.description ?? JSON.stringify(parameter.schema)),
    ),
  );
  return element('table', {}, ...rows);
}

function schemaBlock(title, content) {
  const schema = Object.values(content ?? {})[0]?.schema;
  if (!schema) return undefined;
  return element(
    'div',
    {},
    element('p', { class: 'quiet' }, title),
    element('pre', {}, JSON.stringify(schema, null, 2)),
  );
}

function operationBlock(path, method, operation) {
  const body = element('div', {});
  for (const paragraph of (operation.description ?? '').split('\n\n').filter(Boolean)) {
    body.append(element('p', {}, paragraph.replaceAll('`', '')));
  }
  if (operation.parameters?.length) body.append(parameterTable(operation.parameters));
  const blocks = [
    schemaBlock('Body', operation.requestBody?.content),
    ...Object.entries(operation.responses ?? {}).map(([status, response]) =>
      schemaBlock(status === 'default' ? 'Every error' : `Answer ${status}`, response.content),
    ),
  ];
  body.append(...blocks.filter(Boolean));
  const title = element(
    'summary',
    {},
    element('span', { class: 'method' }, method.toUpperCase()),
    element('code', {}, path),
    element('span', { class: 'quiet' }, `  ${operation.summary ?? ''}`),
  );
  const block = element('details', { id: operation.operationId }, title, body);
  block.dataset.text =
    `${method} ${path} ${operation.summary ?? ''} ${operation.description ?? ''}`.toLowerCase();
  return block;
}

function render(description) {
  const groups = new Map();
  for (const [path, methods] of Object.entries(description.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const group = operation.operationId.split('.')[0];
      groups.set(group, [...(groups.get(group) ?? []), operationBlock(path, method, operation)]);
    }
  }
  const main = document.getElementById('operations');
  for (const [group, blocks] of groups)
    main.append(element('section', {}, element('h2', {}, group), ...blocks));
  document.getElementById('about').textContent =
    `Version ${description.info.version}, below ${description.servers[0].url}. ${description.info.description.replaceAll('`', '')}`;
}

function filter(text) {
  const wanted = text.trim().toLowerCase();
  for (const section of document.querySelectorAll('section')) {
    let shown = 0;
    for (const block of section.querySelectorAll('details')) {
      block.hidden = !block.dataset.text.includes(wanted);
      if (!block.hidden) shown += 1;
    }
    section.hidden = shown === 0;
  }
}

const answer = await fetch('/api/v1/openapi.json');
render(await answer.json());
const field = document.getElementById('filter');
field.addEventListener('input', () => filter(field.value));
if (location.hash) document.getElementById(location.hash.slice(1))?.setAttribute('open', '');
