/** TODO */
import { alternative, choice, type Infer } from '../asn1/index.ts'
import { ProvideEimPackageResult } from './eim-package-transfer.ts'
import { PendingNotification } from './notification.ts'

export const HandleNotificationEsipa = choice('BF3D', {
  pendingNotification: alternative('A0', PendingNotification),
  provideEimPackageResult: alternative('BF50', ProvideEimPackageResult),
})
export type HandleNotificationEsipa = Infer<typeof HandleNotificationEsipa>
