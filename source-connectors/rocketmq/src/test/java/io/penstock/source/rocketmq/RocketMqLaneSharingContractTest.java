package io.penstock.source.rocketmq;

import io.penstock.broker.rocketmq.junit.RocketMqTest;
import io.penstock.broker.rocketmq.junit.SharedRocketMq;
import io.penstock.testkit.contract.LaneSharingContract;
import io.penstock.testkit.contract.LogEnvironment;

@RocketMqTest
class RocketMqLaneSharingContractTest extends LaneSharingContract {
  @Override
  protected LogEnvironment environment() {
    return new RocketMqLogEnvironment(SharedRocketMq.cluster());
  }
}
