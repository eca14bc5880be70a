/** ESipa.HandleNotification: the IPA hands over a report. */
import { alternative, choice, type Infer } from '../asn1/index.ts'
import { PendingNotification } from './notification.ts'
import { ProvideEimPackageResult } from './provide-eim-package-result.ts'
import { olderNotification } from './tolerance.ts'

/** SGP.32 §5.14.7, §6.3.2.4 */
export const HandleNotificationEsipa = choice(
  'BF3D',
  {
    pendingNotification: alternative('A0', PendingNotification),
    provideEimPackageResult: alternative('BF50', ProvideEimPackageResult),
  },
  olderNotification,
)
export type HandleNotificationEsipa = Infer<typeof HandleNotificationEsipa>
