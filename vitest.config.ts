import path from 'node:path'
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'
import { buildConsole } from './functions/console/build.ts'

await buildConsole()
const migrations = await readD1Migrations(path.resolve('functions/fleet/migrations'))

/** `functions/` is tested inside workerd, everything else in Node. */
export default defineConfig({
  test: {
    projects: [
      {
        plugins: [
          cloudflareTest({
            remoteBindings: false,
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: {
                TEST_MIGRATIONS: migrations,
                KEY_ENCRYPTION_KEY: btoa('a key of 32 octets for the tests'),
              },
            },
          }),
        ],
        test: { name: 'workerd', include: ['test/functions/**/*.test.ts'] },
      },
      {
        test: {
          name: 'node',
          include: ['test/{shared,gateway,simulator,edge,system,console}/**/*.test.ts'],
          testTimeout: 60_000,
        },
      },
    ],
  },
})
