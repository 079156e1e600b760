import { useNavigate } from '@tanstack/react-router'
import { createPerson } from 'luytre/capacity/people/people.api.ts'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { bodyOfPerson, newPersonValues } from '#capacity/people/person-form.ts'
import { PersonFields } from '#capacity/people/PersonFields.tsx'
import { staleAfterPeopleChange } from '#capacity/stale-after.ts'
import { useChange } from '#platform/call/query-for.ts'
import { useMe } from '#platform/session/session.ts'
import { DetailPanel } from '#ui/DetailPanel.tsx'
import { fieldProblems } from '#ui/form/field-problems.ts'
import { FormFrame } from '#ui/form/FormFrame.tsx'
import { useForm } from '#ui/form/use-form.ts'
import { notifications } from '#ui/notifications.ts'

export function NewPersonPanel() {
  const { t } = useTranslation('people')
  const navigate = useNavigate()
  const me = useMe()
  const create = useChange(createPerson, staleAfterPeopleChange)
  // One key per opened form: a second click, or a second try after a lost answer, adds nobody twice.
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  const form = useForm({
    initial: newPersonValues(me.language),
    draft: 'person.new',
    check: values => fieldProblems(createPerson, bodyOfPerson(values)),
    submit: async values => {
      const person = await create.mutateAsync({ body: bodyOfPerson(values), idempotencyKey })
      notifications.show({ message: t('newPerson.done', { name: person.name }) })
      await navigate({ to: '/people/$personId', params: { personId: person.id }, search: true })
    },
  })
  const closeTo = { to: '/people', search: true } as const
  return (
    <DetailPanel title={t('newPerson.title')} closeTo={closeTo}>
      <FormFrame form={form} submit={t('newPerson.submit')} cancelTo={closeTo}>
        <PersonFields form={form} />
      </FormFrame>
    </DetailPanel>
  )
}
