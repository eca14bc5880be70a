import { beforeEach, describe, expect, it } from 'vitest'
import type { Environment } from '../../../functions/environment.ts'
import { forgetSecret, keepSecret, readSecret, resealSecrets } from '../../../functions/keys/index.ts'
import { prepareEnvironment } from '../test-environment.ts'

let environment: Environment
beforeEach(async () => {
  environment = await prepareEnvironment()
})

const freshKey = () => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))

describe('a secret that is kept', () => {
  it('is read again by its owner only, and not in the clear', async () => {
    await keepSecret(environment, 'tnt_a', 'whe_1', 'whsec_abc')
    expect(await readSecret(environment, 'tnt_a', 'whe_1')).toBe('whsec_abc')
    expect(await readSecret(environment, 'tnt_b', 'whe_1')).toBeNull()
    const { results } = await environment.FLEET.prepare('SELECT sealed FROM secrets').all<{
      sealed: number[]
    }>()
    expect(new TextDecoder().decode(Uint8Array.from(results[0]?.sealed ?? []))).not.toContain('abc')
    await forgetSecret(environment, 'tnt_a', 'whe_1')
    expect(await readSecret(environment, 'tnt_a', 'whe_1')).toBeNull()
  })

  it('cannot stand in for another', async () => {
    await keepSecret(environment, 'tnt_a', 'whe_1', 'whsec_abc')
    await environment.FLEET.prepare(`UPDATE secrets SET id = 'whe_2'`).run()
    await expect(readSecret(environment, 'tnt_a', 'whe_2')).rejects.toThrow('does not open')
  })

  it('survives a change of the key it is sealed under', async () => {
    await keepSecret(environment, 'tnt_a', 'whe_1', 'whsec_abc')
    const both = {
      ...environment,
      KEY_ENCRYPTION_KEY: freshKey(),
      KEY_ENCRYPTION_KEY_PREVIOUS: environment.KEY_ENCRYPTION_KEY,
    }
    expect(await readSecret(both, 'tnt_a', 'whe_1')).toBe('whsec_abc')
    expect([await resealSecrets(both), await resealSecrets(both)]).toEqual([1, 0])
    const { KEY_ENCRYPTION_KEY_PREVIOUS: _gone, ...after } = both
    expect(await readSecret(after, 'tnt_a', 'whe_1')).toBe('whsec_abc')
  })
})
