/** Orders: looked up on both sides, and changed by commands. */
import type { PipelineAbout } from '../../api';
import { View } from '../common/view';
import { OrderLookup } from './order-lookup';
import { SendForm } from './send-form';

export function OrdersView({
  orderId,
  about,
}: {
  readonly orderId: string;
  readonly about: PipelineAbout | undefined;
}) {
  return (
    <View
      title="Orders"
      lead="Look an order up in the write table and in the read model, and send commands and queries."
    >
      <div className="split even">
        <OrderLookup key={orderId} orderId={orderId} />
        {about !== undefined && <SendForm about={about} />}
      </div>
    </View>
  );
}
