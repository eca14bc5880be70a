import { expect, it } from 'vitest'
import { DEFAULT_TIMING, NB_IOT_TIMING } from '../../../gateway/coap/timing.ts'

it('gives the times of RFC 7252 §4.8.2 for its own parameters', () => {
  expect(DEFAULT_TIMING).toMatchObject({
    maxTransmitSpanMs: 45_000,
    maxTransmitWaitMs: 93_000,
    maxRttMs: 202_000,
    exchangeLifetimeMs: 247_000,
    nonLifetimeMs: 145_000,
  })
})

it('derives longer ones for NB-IoT', () => {
  expect(NB_IOT_TIMING).toMatchObject({
    maxTransmitSpanMs: 225_000,
    maxTransmitWaitMs: 465_000,
    exchangeLifetimeMs: 435_000,
    nonLifetimeMs: 325_000,
  })
})
