/** eCO: what a package may ask about eIMs. */
import { alternative, choice, field, type Infer, sequence, UNTAGGED, utf8String } from '../asn1/index.ts'
import { EimConfigurationData } from './eim-configuration-data.ts'

/** SGP.32 §2.11.1.1; in an ecoList `A8` and `A9` are not what they are in a psmoList. */
export const Eco = choice(UNTAGGED, {
  addEim: alternative('A8', EimConfigurationData),
  deleteEim: alternative('A9', sequence('A9', { eimId: field('80', utf8String()) })),
  updateEim: alternative('AA', EimConfigurationData),
  listEim: alternative('AB', sequence('AB', {})),
})
export type Eco = Infer<typeof Eco>
