/** The arrows of the house go down only: see the README's "Layout". */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'shared-is-the-ground-floor',
      comment: 'shared/ runs in both runtimes and imports neither tower nor a runtime',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(functions|gateway|test)/|^node:|^cloudflare:' },
    },
    { name: 'towers-apart', severity: 'error', from: { path: '^functions/' }, to: { path: '^gateway/' } },
    { name: 'towers-apart-too', severity: 'error', from: { path: '^gateway/' }, to: { path: '^functions/' } },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      from: { path: '^(functions|gateway|shared)/' },
      to: { path: '^test/' },
    },
    {
      name: 'doors-do-not-know-each-other',
      comment: 'esipa, operator, gateway and console are entrances; what they share lies below',
      severity: 'error',
      from: { path: '^functions/(esipa|operator|console|gateway)/' },
      to: { path: '^functions/(esipa|operator|console|gateway)/', pathNot: '^functions/$1/' },
    },
    {
      name: 'the-console-is-a-client',
      comment: 'what runs in a browser knows the API, not what is behind it',
      severity: 'error',
      from: { path: '^functions/console/browser/' },
      to: { path: '^(functions|gateway|test)/', pathNot: '^functions/console/browser/' },
    },
    {
      name: 'lower-floor-does-not-look-up',
      severity: 'error',
      from: { path: '^functions/(euicc|fleet|rsp|keys|transport|injection|events|audit)/' },
      to: { path: '^functions/(esipa|operator|console|gateway)/|^functions/worker' },
    },
    {
      name: 'protocol-cores-do-no-input-output',
      severity: 'error',
      from: { path: '^gateway/(dtls|coap)/' },
      to: { path: '^node:(dgram|net|http|https|fs|worker_threads|timers)' },
    },
    {
      name: 'no-orphan-dependencies',
      severity: 'error',
      // The bundler of the console runs before there is a Worker.
      from: { path: '^(functions|gateway|shared)/', pathNot: '^functions/console/build\\.ts$' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(node_modules|dist|\\.wrangler)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    builtInModules: { add: ['cloudflare:workers', 'cloudflare:test'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.cjs', '.json'],
    },
  },
}
