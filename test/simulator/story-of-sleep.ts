/** The last chapter of the story: a device without TCP, that sleeps, wakes behind another address, and goes on. */
import type { DeviceCosts } from './coaps-device/coaps-device.ts'
import type { SleepingDevice } from './sleeping-device.ts'
import type { Cast } from './story-cast.ts'

const say = (text = '') => console.log(text)

function since(now: DeviceCosts, before: DeviceCosts): string {
  const part = (direction: 'sent' | 'received') => {
    const datagrams = now[direction].datagrams - before[direction].datagrams
    const octets = now[direction].octets - before[direction].octets
    return `${datagrams} datagram${datagrams === 1 ? '' : 's'} (${octets} octets) ${direction}`
  }
  const full = now.fullHandshakes - before.fullHandshakes
  const resumed = now.resumptions - before.resumptions
  const handshake = full > 0 ? 'a full handshake' : resumed > 0 ? 'a resumption' : 'no handshake'
  return `${handshake}, ${part('sent')}, ${part('received')}`
}

/** @throws when the device is not answered */
export async function tellSleep(cast: Cast, { link, sleep }: SleepingDevice): Promise<void> {
  const device = cast.devices.find(({ transport }) => transport === 'CoAP/DTLS')
  if (!device) throw new Error('nobody sleeps in this story')
  const wakeUp = async (what: string) => {
    const before = structuredClone(link.device.costs)
    const end = await device.ipa.wakeUp()
    cast.store.save(device.euicc)
    if (end !== 'nothing-more') throw new Error(`the ${device.name} was not answered: ${end}`)
    say(`   ${what}: ${since(link.device.costs, before)}`)
  }
  say(`\n7. The ${device.name} has no TCP: CoAP over DTLS, by the gateway`)
  await wakeUp('first contact')
  sleep()
  await wakeUp('slept, and wakes behind another address')
}
