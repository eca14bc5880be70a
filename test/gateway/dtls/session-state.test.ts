import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DecodeFault } from '../../../gateway/dtls/octet-reader.ts'
import { readSessionState, writeSessionState } from '../../../gateway/dtls/session-state.ts'
import {
  client,
  deviceCertificate,
  HERE,
  pskClient,
  serverOptions,
  THERE,
  VirtualPort,
} from './virtual-port.ts'

const certificate = { chain: [deviceCertificate.der], key: deviceCertificate.key }

function saved(device = client({ certificate, cid: Buffer.from('c1c2c3', 'hex') })) {
  const port = new VirtualPort()
  const session = port.connect(device)
  const state = port.endpoint.exportSession(session)
  if (state === undefined) throw new Error('not exported')
  return { port, device, session, state }
}

describe('a saved session', () => {
  it('is the same after writing and reading', () => {
    const { state } = saved()

    expect(readSessionState(writeSessionState(state))).toEqual(state)
    expect(writeSessionState(state).length).toBeLessThan(256)
  })

  it('goes on in another process, under the same Connection ID and from another address', () => {
    const { port, device, state, session } = saved()
    const successor = new VirtualPort(serverOptions({}, 'successor'))

    const restored = successor.endpoint.importSession(readSessionState(writeSessionState(state)), 0)
    successor.exchange(device, [device.data('still me')], THERE)
    const answers = restored ? successor.take(successor.endpoint.send(restored, Buffer.from('yes'))) : []
    for (const answer of answers) device.receive(answer)

    expect(restored?.identity).toEqual(session.identity)
    expect(successor.delivered).toEqual(['still me'])
    expect(device.received.map(String)).toEqual(['yes'])
    expect(port.delivered).toEqual([])
  })

  it('goes on by address where there is no Connection ID', () => {
    const { device, state } = saved(pskClient({ cid: undefined }))
    const successor = new VirtualPort(serverOptions({}, 'successor'))
    successor.endpoint.importSession(state, 0)

    successor.exchange(device, [device.data('classic')], HERE)

    expect(successor.delivered).toEqual(['classic'])
  })

  it('sends no more than it has reserved, and asks to be saved again in time', () => {
    const { port, session } = saved()
    const octets = Buffer.from('x')
    let sent = 0
    const sendUntilRefused = () => {
      while (port.take(port.endpoint.send(session, octets)).length > 0) sent++
    }

    sendUntilRefused()
    expect(sent).toBe(4096)
    expect(port.of('reservation-low')).toHaveLength(1)
    const again = port.endpoint.exportSession(session)
    sendUntilRefused()
    expect(sent).toBe(4096)
    if (again) port.endpoint.confirmExport(session, again)
    sendUntilRefused()

    expect(sent).toBe(8192)
  })

  it('sends nothing once it is handed over', () => {
    const { port, session } = saved()

    port.endpoint.exportSession(session, 0)

    expect(port.take(port.endpoint.send(session, Buffer.from('x')))).toEqual([])
  })

  it('is refused where its Connection ID or address is in use, and not exported once closed', () => {
    const { port, session, state } = saved()

    expect(port.endpoint.importSession(state, 0)).toBeUndefined()
    port.take(port.endpoint.close(session))
    expect(port.endpoint.exportSession(session)).toBeUndefined()
  })

  it('is read from no other octets', () => {
    const octets = writeSessionState(saved().state)

    for (let length = 0; length < octets.length; length++) {
      expect(() => readSessionState(octets.subarray(0, length))).toThrow(DecodeFault)
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (random) => {
        try {
          readSessionState(Buffer.from(random))
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeFault)
        }
      }),
      { seed: 1 },
    )
  })
})
