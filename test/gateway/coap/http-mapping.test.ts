import { expect, it } from 'vitest'
import { mapAnswer } from '../../../gateway/coap/http-mapping.ts'
import { showCode } from '../../../gateway/coap/message.ts'

it.each([
  [200, '2.04'],
  [204, '2.04'],
  [400, '4.00'],
  [404, '4.04'],
  [413, '4.13'],
  [415, '4.15'],
  [429, '4.29'],
  [500, '5.00'],
  [502, '5.02'],
  [503, '5.03'],
  [504, '5.04'],
  [302, '5.02'],
  [418, '5.02'],
])('turns HTTP %i into CoAP %s', (status, code) => {
  expect(showCode(mapAnswer({ status, hasBody: status === 200, retryAfter: null }).code)).toBe(code)
})

it('passes on how long to wait', () => {
  expect(mapAnswer({ status: 503, hasBody: false, retryAfter: 7 }).maxAge).toBe(7)
  expect(mapAnswer({ status: 429, hasBody: false, retryAfter: null }).maxAge).toBe(30)
  expect(mapAnswer({ status: 404, hasBody: false, retryAfter: null }).maxAge).toBeNull()
})
