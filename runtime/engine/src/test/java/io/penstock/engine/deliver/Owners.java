package io.penstock.engine.deliver;

import io.penstock.engine.deliver.Delivery.Interest;
import io.penstock.engine.deliver.Delivery.Refusal;
import io.penstock.engine.deliver.Delivery.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes down what a port tells of its parcels; owners are names. */
final class Owners implements Delivery.Listener<String> {

  final List<String> finished = new ArrayList<>();
  final List<String> delayed = new ArrayList<>();
  final List<String> refused = new ArrayList<>();
  final List<Refusal<String>> refusals = new ArrayList<>();
  final Map<String, Interest> interests = new HashMap<>();
  Verdict verdict = Verdict.GIVE_UP;

  @Override
  public void finished(Parcel<String> parcel, long nowNs) {
    finished.add(parcel.record().event().id());
  }

  @Override
  public void delayed(Parcel<String> parcel, long nowNs) {
    delayed.add(parcel.record().event().id());
  }

  @Override
  public Verdict refused(Parcel<String> parcel, Refusal<String> refusal, long nowNs) {
    refused.add(parcel.record().event().id() + " " + refusal.code());
    refusals.add(refusal);
    return verdict;
  }

  @Override
  public Interest interest(String owner, SinkPort<String> port) {
    return interests.getOrDefault(owner, Interest.WANTED);
  }
}
