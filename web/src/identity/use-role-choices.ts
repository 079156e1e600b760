import { assignableRoles } from 'luytre/platform/permissions/permissions.ts'
import { useTranslation } from 'react-i18next'

/** The roles that an account may be given, by name. */
export function useRoleChoices(): { value: string; label: string }[] {
  const { t } = useTranslation()
  return assignableRoles.map(role => ({ value: role, label: t(`roles.${role}`) }))
}
