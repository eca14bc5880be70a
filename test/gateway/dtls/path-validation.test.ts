import { describe, expect, it } from 'vitest'
import { client, HERE, pskClient, THERE, VirtualPort } from './virtual-port.ts'

const CHECK = 27

function checked() {
  const port = new VirtualPort()
  const device = client({ checksRoutability: true })
  const session = port.connect(device)
  return { port, device, session }
}

describe('a peer at a new address, both sides knowing RFC 9853', () => {
  it('is challenged there and believed when it answers with the cookie', () => {
    const { port, device, session } = checked()

    port.exchange(device, [device.data('moved')], THERE)
    expect(session.peer).toEqual(HERE)
    expect(port.sent.at(-1)?.to).toEqual(THERE)
    const [challenge] = device.pathMessages
    expect(challenge?.[0]).toBe(0)
    port.exchange(
      device,
      [device.protect(CHECK, Buffer.concat([Buffer.of(1), challenge?.subarray(1) ?? Buffer.alloc(0)]))],
      THERE,
    )

    expect(session.peer).toEqual(THERE)
    expect(port.of('address-changed').map(({ from }) => from)).toEqual([HERE])
  })

  it('is not believed for another cookie, nor for more newer records', () => {
    const { port, device, session } = checked()

    port.exchange(device, [device.data('1'), device.data('2'), device.data('3')], THERE)
    port.exchange(device, [device.protect(CHECK, Buffer.concat([Buffer.of(1), Buffer.alloc(8, 9)]))], THERE)

    expect(session.peer).toEqual(HERE)
  })

  it('is challenged three times, then left where it was', () => {
    const { port, device, session } = checked()
    port.exchange(device, [device.data('a request of some length, so that three challenges may go')], THERE)
    const before = port.sent.length

    while (port.endpoint.nextTimeout !== undefined) port.pass()

    expect(port.sent.length - before).toBe(2)
    expect(session.peer).toEqual(HERE)
  })

  it('stays where it was when it says path_drop', () => {
    const { port, device, session } = checked()
    port.exchange(device, [device.data('moved')], THERE)
    const cookie = device.pathMessages[0]?.subarray(1) ?? Buffer.alloc(0)

    port.exchange(device, [device.protect(CHECK, Buffer.concat([Buffer.of(2), cookie]))], HERE)

    expect(port.endpoint.nextTimeout).toBeUndefined()
    expect(session.peer).toEqual(HERE)
  })

  it('gets an answer to a challenge of its own', () => {
    const { port, device } = checked()

    port.exchange(device, [device.protect(CHECK, Buffer.concat([Buffer.of(0), Buffer.alloc(8, 3)]))])

    expect(device.pathMessages).toEqual([Buffer.concat([Buffer.of(1), Buffer.alloc(8, 3)])])
  })
})

describe('a peer at a new address without RFC 9853', () => {
  it('is answered there in small, and believed after a second newer record', () => {
    const port = new VirtualPort()
    const device = pskClient()
    const session = port.connect(device)

    port.exchange(device, [device.data('first')], THERE)
    const small = port.take(port.endpoint.send(session, Buffer.from('ok'), THERE))
    expect([small.length, port.sent.at(-1)?.to, session.peer]).toEqual([1, THERE, HERE])
    port.exchange(device, [device.data('second')], THERE)

    expect(session.peer).toEqual(THERE)
  })

  it('is believed at once when the application has seen it receive', () => {
    const port = new VirtualPort()
    const device = pskClient()
    const session = port.connect(device)
    port.exchange(device, [device.data('first')], THERE)

    port.take(port.endpoint.confirmAddress(session, THERE))

    expect(session.peer).toEqual(THERE)
  })

  it('gets what the server starts itself at the old address until then', () => {
    const port = new VirtualPort()
    const device = pskClient()
    const session = port.connect(device)
    port.exchange(device, [device.data('first')], THERE)

    port.take(port.endpoint.send(session, Buffer.from('notification')))

    expect(port.sent.at(-1)?.to).toEqual(HERE)
  })

  it('changes at most five times in a burst', () => {
    const port = new VirtualPort()
    const device = pskClient()
    const session = port.connect(device)

    for (let index = 0; index < 20; index++) {
      const from = { address: '198.51.100.1', port: index + 1 }
      port.exchange(device, [device.data('a'), device.data('b')], from)
    }

    expect(port.of('address-changed')).toHaveLength(5)
    expect(session.peer.port).toBe(5)
  })
})
