/** The published SGP.32 messages, by name. */
import download from '../../vectors/sgp32/download.json'
import geteimpackage from '../../vectors/sgp32/geteimpackage.json'
import ipaeuiccdata from '../../vectors/sgp32/ipaeuiccdata.json'
import lenient from '../../vectors/sgp32/lenient.json'
import notifications from '../../vectors/sgp32/notifications.json'
import provide from '../../vectors/sgp32/provide.json'

interface Vector {
  readonly name: string
  readonly type: string
  readonly hex: string
}

const VECTORS: readonly Vector[] = [
  ...download.vectors,
  ...geteimpackage.vectors,
  ...ipaeuiccdata.vectors,
  ...lenient.vectors,
  ...notifications.vectors,
  ...provide.vectors,
]

export function vectorsOf(type: string): readonly (readonly [name: string, hex: string])[] {
  const found = VECTORS.filter((vector) => vector.type === type).map(({ name, hex }) => [name, hex] as const)
  if (found.length === 0) throw new Error(`there are no vectors of type ${type}`)
  return found
}

export function vector(name: string): string {
  const found = VECTORS.find((each) => each.name === name)
  if (!found) throw new Error(`there is no vector ${name}`)
  return found.hex
}
