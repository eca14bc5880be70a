import { expect, it } from 'vitest'
import { readRetryAfter } from '../../../gateway/forward/retry-after.ts'

const now = Date.UTC(2026, 10, 24, 12, 0, 0)

it.each([
  ['120', 120],
  ['0', 0],
  ['9999999999', 86_400],
  ['Tue, 24 Nov 2026 12:00:30 GMT', 30],
  ['Tue, 24 Nov 2026 11:00:00 GMT', 0],
  ['Tue Nov 24 12:00:30 2026 GMT', null],
  ['soon', null],
  ['-5', null],
  ['1.5', null],
  ['', null],
])('reads %j as %j seconds', (value, seconds) => {
  expect(readRetryAfter(value, now)).toBe(seconds)
})

it('has nothing to say about no header', () => {
  expect(readRetryAfter(undefined, now)).toBeNull()
})
