import { describe, expect, it } from 'vitest'
import { brakeTenant, takeToken } from '../../../functions/operator/rate-limit.ts'

const NOW = Date.UTC(2026, 0)

/** Takes tokens until refused, and tells how many there were. */
function drain(keyId: string, now: number): number {
  for (let taken = 0; ; taken++) {
    try {
      takeToken(keyId, now)
    } catch {
      return taken
    }
  }
}

describe('the brake', () => {
  it('lets a burst through, then as many a second as it fills', () => {
    expect(drain('steady', NOW)).toBe(500)
    expect(drain('steady', NOW + 1000)).toBe(50)
    expect(drain('steady', NOW + 1010)).toBe(0)
    expect(drain('steady', NOW + 3010)).toBe(100)
  })

  it('never holds more than a burst', () => {
    drain('rested', NOW)

    expect(drain('rested', NOW + 3_600_000)).toBe(500)
  })

  it('is one for each key', () => {
    drain('one', NOW)

    expect(takeToken('another', NOW).RateLimit).toContain('r=499')
  })
})

describe('the brake of a tenant', () => {
  const counterSaying = (success: boolean) => {
    const keys: string[] = []
    const limit = async ({ key }: RateLimitOptions) => {
      keys.push(key)
      return { success }
    }
    return { keys, limit }
  }

  it('is put on where the platform has counted too many calls of the tenant', async () => {
    const counter = counterSaying(false)

    await expect(brakeTenant(counter, 'tnt_a')).rejects.toMatchObject({ code: 'too-many-requests' })
    expect(counter.keys).toEqual(['tnt_a'])
  })

  it('is off while there are few, and where nothing counts', async () => {
    await expect(brakeTenant(counterSaying(true), 'tnt_a')).resolves.toBeUndefined()
    await expect(brakeTenant(undefined, 'tnt_a')).resolves.toBeUndefined()
  })
})
