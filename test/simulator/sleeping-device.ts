/** The device of the story that has no TCP: CoAP over DTLS with a Connection ID, and another address after each sleep. */
import { randomBytes } from 'node:crypto'
import { DEFAULT_TIMING } from '../../gateway/coap/index.ts'
import { coapSend } from './coaps-device/coap-send.ts'
import { UdpLink } from './coaps-device/udp-link.ts'
import type { Send } from './esipa-client.ts'
import type { LocalGatewayKeys } from './local-gateway-process.ts'

const ECDHE_PSK_AES_128_GCM = 0xd001

export interface SleepingDevice {
  readonly send: Send
  /** Its NAT binding is gone: the next datagram comes from another port. */
  sleep(): void
  readonly link: UdpLink
  /** What takes in packages that are brought to the device. */
  serve: (path: string, body: Uint8Array) => Promise<Uint8Array | null>
}

export function sleepingDevice(port: number, { psk }: LocalGatewayKeys): SleepingDevice {
  const device: { serve: SleepingDevice['serve'] } = { serve: async () => null }
  const link = new UdpLink({
    host: '127.0.0.1',
    port,
    dtls: {
      random: randomBytes,
      suites: [ECDHE_PSK_AES_128_GCM],
      cid: Buffer.alloc(0),
      takesTickets: true,
      psk,
    },
    timing: DEFAULT_TIMING,
    blockSize: 512,
    initialTimeoutMs: 2000,
    random: Math.random,
    serve: (path, body) => device.serve(path, body),
  })
  return Object.assign(device, {
    send: coapSend(link.device, '/e'),
    sleep: () => link.changeAddress(),
    link,
  })
}
