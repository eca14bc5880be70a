import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { ConfigurationFile } from '../../../gateway/configuration/configuration-file.ts'
import { loadConfiguration } from '../../../gateway/configuration/index.ts'
import { CLUSTER_KEY, ConfigurationFolder, NOW } from './configuration-folder.ts'

const EXAMPLE = readFileSync('gateway/deploy/gateway.example.toml', 'utf8')

let folder: ConfigurationFolder
beforeEach(() => {
  folder = new ConfigurationFolder()
  folder.rename({
    'chain.pem': 'server-chain.pem',
    'key.pem': 'server-key.pem',
    'token.pem': 'token-key.pem',
    'ca.pem': 'device-ca.pem',
    'psk.toml': 'pre-shared-keys.toml',
  })
  folder.write('cluster-key', `${CLUSTER_KEY}\n`)
})
afterEach(() => folder.remove())

function load(text: string) {
  folder.write('gateway.toml', text)
  const environment = { CREDENTIALS_DIRECTORY: folder.folder, STATE_DIRECTORY: folder.folder }
  return loadConfiguration(path.join(folder.folder, 'gateway.toml'), environment, NOW)
}

it('the example loads', () => {
  const { warnings, tenants } = load(EXAMPLE)

  expect(warnings).toEqual([])
  expect(tenants.map(({ name }) => name)).toEqual(['acme'])
})

it('the defaults it shows are the defaults', () => {
  const explicit = EXAMPLE.replace(
    /^# (?=(timeout_ms|connections|queue_limit|push|timing|dtls_initial_timeout_ms|datagram_limit|groups|suites|body_code|idle_days) = |]| {2}")/gm,
    '',
  )

  expect(explicit).toMatch(/^suites = /m)
  expect(load(explicit)).toEqual(load(EXAMPLE))
})

it('it explains every key there is', () => {
  const schema = JSON.stringify(z.toJSONSchema(ConfigurationFile, { io: 'input' }))
  const keys = [...schema.matchAll(/"([a-z_]+)":\{/g)].map(([, key]) => key)
  const known = new Set([...EXAMPLE.matchAll(/[a-z_]+/g)].map(([word]) => word))

  expect(keys).toContain('raw_public_key_files')
  expect(keys.filter((key) => !known.has(key ?? '') && !['items', 'properties'].includes(key ?? ''))).toEqual(
    [],
  )
})

it('the one in the README loads', () => {
  const [, text] = /<<'END'\n(.*?)\nEND\n/s.exec(readFileSync('README.md', 'utf8')) ?? []

  expect(load(text ?? '').tenants[0]?.preSharedKeys.size).toBe(1)
})
