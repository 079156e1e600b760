import { useTranslation } from 'react-i18next'
import { FormSpecimens } from '#gallery/FormSpecimens.tsx'
import { ListSpecimens } from '#gallery/ListSpecimens.tsx'
import { StateSpecimens } from '#gallery/StateSpecimens.tsx'
import { Specimen } from '#gallery/Specimen.tsx'
import { Page } from '#ui/Page.tsx'

/** Every block of `web/src/ui` in every state, for whoever builds pages and for axe. Not in the menu. */
export function GalleryPage() {
  const { t } = useTranslation('gallery')
  return (
    <Page title={t('title')} state={t('state')}>
      <ListSpecimens />
      <StateSpecimens />
      <FormSpecimens />
      <Specimen block="Page">
        <p>{t('thisPage')}</p>
      </Specimen>
    </Page>
  )
}
