package io.penstock.source.rocketmq;

import io.penstock.broker.rocketmq.junit.RocketMqTest;
import io.penstock.broker.rocketmq.junit.SharedRocketMq;
import io.penstock.testkit.contract.LogEnvironment;
import io.penstock.testkit.contract.LogSourceContract;

@RocketMqTest
class RocketMqLogSourceContractTest extends LogSourceContract {
  @Override
  protected LogEnvironment environment() {
    return new RocketMqLogEnvironment(SharedRocketMq.cluster());
  }
}
