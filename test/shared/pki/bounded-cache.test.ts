import { expect, it } from 'vitest'
import { BoundedCache } from '../../../shared/pki/bounded-cache.ts'

it('forgets the entry used longest ago when it is full', () => {
  const cache = new BoundedCache<number>(2)
  cache.set('a', 1)
  cache.set('b', 2)
  cache.get('a')

  cache.set('c', 3)

  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3])
  expect(cache.size).toBe(2)
})

it('replaces an entry without growing', () => {
  const cache = new BoundedCache<number>(1)
  cache.set('a', 1)

  cache.set('a', 2)

  expect(cache.get('a')).toBe(2)
  expect(cache.size).toBe(1)
})

it('forgets on demand', () => {
  const cache = new BoundedCache<number>(1)
  cache.set('a', 1)

  cache.delete('a')

  expect(cache.get('a')).toBeUndefined()
})
