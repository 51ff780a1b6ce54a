// The walls of the house, for dependency-cruiser. Paths are from the root. `$1` is what the first group of `from` matched.
const TESTS = '\\.test\\.tsx?$|/testing/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A circle of imports is one module that pretends to be several.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'packages-know-no-apps',
      comment: 'Packages are what crosses a boundary; they stand below everything else.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^(apps|lab|bench|e2e|tools)/' },
    },
    {
      name: 'packages-do-no-io',
      comment: 'Contracts and query language run in the browser, on the endpoint and on the server alike.',
      severity: 'error',
      from: { path: '^packages/', pathNot: TESTS },
      to: { path: '^(node:|bun(:|$)|node_modules/(@types/)?bun(-types)?/)' },
    },
    {
      name: 'packages-use-no-core-modules',
      severity: 'error',
      from: { path: '^packages/', pathNot: TESTS },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'modules-meet-at-index',
      comment: 'A server module sees another one only through its public face.',
      severity: 'error',
      from: { path: '^apps/server/src/modules/([^/]+)/' },
      to: {
        path: '^apps/server/src/modules/[^/]+/',
        pathNot: ['^apps/server/src/modules/$1/', '^apps/server/src/modules/[^/]+/index\\.ts$'],
      },
    },
    {
      name: 'platform-knows-no-modules',
      comment: 'There are no domain words in the platform.',
      severity: 'error',
      from: { path: '^apps/server/src/platform/' },
      to: { path: '^apps/server/src/modules/' },
    },
    {
      name: 'domain-is-pure',
      comment:
        'Decisions are tested without a database or a socket. Types cost nothing, and node:net has isIP, which is pure.',
      severity: 'error',
      from: { path: '^apps/server/src/modules/([^/]+)/domain/', pathNot: TESTS },
      to: {
        path: [
          '^apps/server/src/platform/(db|bus|queue|http|gateway|blobs|mail)/',
          '^apps/server/src/modules/[^/]+/(db|usecases)/',
          'node_modules/(drizzle-orm|pg)/',
          '^(node:)?(fs|tls|http|https|http2|child_process|dgram|dns|worker_threads)(/|$)',
        ],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'apps-know-no-other-app',
      comment: 'The console, the agent and the CLI know the server by its contract only.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'agent-knows-contracts-only',
      comment: 'What the endpoint runs as root stays small.',
      severity: 'error',
      from: { path: '^apps/agent/', pathNot: TESTS },
      to: { path: '^(packages/(?!contracts/)|lab/|bench/|e2e/|tools/)' },
    },
    {
      name: 'apps-know-no-lab',
      comment: 'What runs in production never reaches into what tests it; a test may.',
      severity: 'error',
      from: { path: '^apps/', pathNot: TESTS },
      to: { path: '^(lab|bench|e2e|tools)/' },
    },
    {
      name: 'tests-know-no-tests',
      comment: 'What apps share with each other in tests belongs into the lab.',
      severity: 'error',
      from: { path: '^apps/' },
      to: { path: '^(bench|e2e|tools)/' },
    },
    {
      name: 'only-the-server-knows-the-database',
      severity: 'error',
      from: { pathNot: '^apps/server/' },
      to: { path: 'node_modules/(drizzle-orm|pg)/' },
    },
    {
      name: 'imports-resolve',
      comment: 'An import that cannot be followed is a wall that cannot be checked.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^bun(:|$)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    // Types count as well: a module that knows another one's types knows its insides.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['bun', 'import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.d.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
