import { expect, it } from 'vitest'
import { fromHex } from '../../../shared/octets.ts'
import { forwarded, from, ok, path, request, server } from './device-bench.ts'

const GET_EIM_PACKAGE = fromHex('BF4F125A1089044045930000000000002153893210')
const NO_PACKAGE = fromHex('BF4F03020101')
/** Record header with a Connection ID of 10 octets, explicit nonce, inner type, tag (RFC 9146 §4, RFC 6655 §3). */
const CCM_8_OVERHEAD = 13 + 10 + 8 + 1 + 8
/** The server's records to a client without a Connection ID. */
const CCM_8_OVERHEAD_WITHOUT_CID = 13 + 8 + 8
const GCM_OVERHEAD = CCM_8_OVERHEAD + 8
const GCM_OVERHEAD_WITHOUT_CID = CCM_8_OVERHEAD_WITHOUT_CID + 8

it.each([
  ['gsma/rsp2/asn1', 42, 12],
  ['e', 29, 12],
])('an empty poll of %s takes %i octets of CoAP up and %i down', (uriPath, up, down) => {
  const to = server({ aliases: new Map([['e', '/gsma/rsp2/asn1']]) })
  const poll = request({ options: path(uriPath), payload: GET_EIM_PACKAGE })
  const forward = forwarded(to.receive(from(poll), 0))
  const [answer] = to.answer(forward.exchange, ok(NO_PACKAGE), 10)
  const answerOctets = answer?.kind === 'send' ? answer.octets.length : 0
  expect([poll.length, answerOctets]).toEqual([up, down])
  expect(up + CCM_8_OVERHEAD + down + CCM_8_OVERHEAD).toBeLessThanOrEqual(150)
  expect(up + GCM_OVERHEAD + down + GCM_OVERHEAD_WITHOUT_CID).toBeLessThanOrEqual(150)
})
