import { useMay } from '../../api/session.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { Panel } from '../../parts/panel.tsx';
import pageClasses from '../page.module.css';
import { AddDevice } from './add-device.tsx';
import { TokenTable } from './token-table.tsx';

/** Adding machines: the installer line, and the tokens behind such lines. */
export function EnrolmentPage() {
  const mayAdd = useMay('tokens:manage');
  return (
    <div className={pageClasses.page}>
      <PageTitle>Add devices</PageTitle>
      {mayAdd && <AddDevice title="Add a device" />}
      <Panel title="Enrolment tokens">
        <TokenTable />
      </Panel>
    </div>
  );
}
