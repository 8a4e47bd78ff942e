"""Pods, gateway and traffic together: cold start, draining, crashes, and that no request is ever lost or doubled."""
import re
import unittest

from fleet.fleet import Fleet, ModelKey, ObjectKey
from fleet.pod import Phase
from fleet.profile import EngineProfile, PodProfile
from fleet.traffic import Lengths, Segment, SingleRequest, Traffic, piecewise

MODEL = ModelKey("ns", "org/model")
DEPLOYMENT = ObjectKey("ns", "model-a")
PROFILE = PodProfile(EngineProfile(max_num_seqs=8, num_gpu_blocks=512, latency_per_request=0.001), cold_start=5.0, termination_grace=10.0)
LENGTHS = Lengths(prompt=50, output=60, max_output=200)


def fleet_with(replicas: int, *traffic: Traffic, profile: PodProfile = PROFILE) -> Fleet:
    fleet = Fleet(tick=0.1)
    fleet.add_deployment(DEPLOYMENT.name, MODEL, profile, ready_replicas=replicas)
    fleet.set_traffic(MODEL, traffic)
    return fleet


def steady(rate: float, seed: int = 0) -> Traffic:
    return Traffic(MODEL.name, piecewise([Segment(0, rate)]), LENGTHS, seed=seed)


def single(at: float, output: int) -> Traffic:
    return Traffic(MODEL.name, piecewise([]), LENGTHS, [SingleRequest(at, 10, output)])


def run(fleet: Fleet, seconds: float) -> None:
    for _ in range(round(seconds / fleet.tick)):
        fleet.step()


def scale(fleet: Fleet, replicas: int) -> None:
    fleet.scale({DEPLOYMENT: replicas})


def status(fleet: Fleet) -> tuple[int, int]:
    s = fleet.status()[DEPLOYMENT]
    return s.replicas, s.ready_replicas


class Scaling(unittest.TestCase):
    def test_a_new_pod_is_ready_after_its_cold_start(self) -> None:
        fleet = fleet_with(0)
        scale(fleet, 2)
        run(fleet, 4.8)
        self.assertEqual(status(fleet), (2, 0))
        run(fleet, 0.4)
        self.assertEqual(status(fleet), (2, 2))

    def test_requests_wait_at_the_gateway_until_a_pod_is_ready(self) -> None:
        fleet = fleet_with(0, single(1.0, output=20))
        run(fleet, 3)
        self.assertEqual(fleet.load(MODEL).queued, 1)
        scale(fleet, 1)
        run(fleet, 5.2)
        self.assertEqual((fleet.load(MODEL).queued, fleet.load(MODEL).running), (0, 1))
        run(fleet, 2)
        self.assertEqual(fleet.load(MODEL).finished, 1)

    def test_shrinking_takes_starting_pods_first_then_the_youngest(self) -> None:
        fleet = fleet_with(1)
        oldest = fleet.pods(MODEL)[0]
        run(fleet, 1)
        scale(fleet, 2)
        run(fleet, 6)
        scale(fleet, 3)
        starting = fleet.pods(MODEL)[2]
        scale(fleet, 2)
        self.assertIs(starting.phase, Phase.GONE)
        scale(fleet, 1)
        run(fleet, 1)
        self.assertEqual(fleet.pods(MODEL), [oldest])

    def test_a_terminating_pod_finishes_what_it_runs_and_gets_nothing_new(self) -> None:
        fleet = fleet_with(1, single(0.0, output=200), single(2.0, output=20))
        run(fleet, 1)
        scale(fleet, 0)
        run(fleet, 5)
        self.assertEqual((fleet.load(MODEL).finished, fleet.load(MODEL).queued), (1, 1))
        self.assertEqual((fleet.interrupted, fleet.pods(MODEL)), (0, []))

    def test_what_outlasts_the_grace_period_is_cut_off_and_retried_from_the_start(self) -> None:
        fleet = fleet_with(1, single(0.0, output=2000))
        run(fleet, 1)
        scale(fleet, 0)
        run(fleet, 10.5)
        self.assertEqual((fleet.interrupted, fleet.load(MODEL).queued, fleet.load(MODEL).received), (1, 1, 1))
        self.assertEqual(fleet.gateways[MODEL].queue[0].generated, 0)

    def test_refuses_negative_replicas(self) -> None:
        with self.assertRaisesRegex(ValueError, "model-a: replicas must not be negative"):
            scale(fleet_with(1), -1)


class Following(unittest.TestCase):
    def names(self, fleet: Fleet) -> list[str]:
        return sorted(pod.name for pod in fleet.deployments[DEPLOYMENT].ready())

    def test_exactly_the_named_pods_serve(self) -> None:
        fleet = fleet_with(0)
        fleet.follow({DEPLOYMENT: {"model-a-1", "model-a-2"}})
        self.assertEqual(self.names(fleet), ["model-a-1", "model-a-2"])
        fleet.follow({DEPLOYMENT: {"model-a-2", "model-a-3"}})
        self.assertEqual(self.names(fleet), ["model-a-2", "model-a-3"])
        fleet.follow({})
        self.assertEqual(self.names(fleet), [])

    def test_a_pod_that_stays_keeps_what_it_runs(self) -> None:
        fleet = fleet_with(0, single(0.0, output=500))
        for pods in ({"model-a-1"}, {"model-a-1", "model-a-2"}):
            fleet.follow({DEPLOYMENT: pods})
            run(fleet, 1)
        self.assertEqual((fleet.load(MODEL).running, fleet.interrupted), (1, 0))

    def test_a_pod_that_goes_finishes_what_it_runs(self) -> None:
        fleet = fleet_with(0, single(0.0, output=60))
        fleet.follow({DEPLOYMENT: {"model-a-1"}})
        run(fleet, 0.2)
        fleet.follow({})
        run(fleet, 5)
        self.assertEqual((fleet.load(MODEL).finished, fleet.interrupted, fleet.pods(MODEL)), (1, 0, []))


class Crash(unittest.TestCase):
    def test_resets_the_counters_loads_again_and_keeps_the_pod_name(self) -> None:
        fleet = fleet_with(1, steady(2))
        run(fleet, 20)
        pod = fleet.pods(MODEL)[0]
        self.assertGreater(sum(pod.engines[0].finished.values()), 0)
        fleet.crash(DEPLOYMENT, pod.name)
        self.assertEqual(sum(pod.engines[0].finished.values()), 0)
        self.assertEqual(status(fleet), (1, 0))
        run(fleet, 5.2)
        self.assertEqual((status(fleet), fleet.pods(MODEL)[0].name), ((1, 1), pod.name))

    def test_loses_no_request(self) -> None:
        fleet = fleet_with(1, single(0.0, output=300))
        run(fleet, 1)
        fleet.crash(DEPLOYMENT, fleet.pods(MODEL)[0].name)
        self.assertEqual((fleet.load(MODEL).queued, fleet.interrupted), (1, 1))
        run(fleet, 15)
        self.assertEqual(fleet.load(MODEL).finished, 1)


class Conservation(unittest.TestCase):
    def test_every_request_is_in_exactly_one_place_whatever_happens(self) -> None:
        fleet = fleet_with(1, steady(7))
        finished = 0
        for second in range(120):
            scale(fleet, (second * 7 // 10) % 5)
            if second % 17 == 0 and fleet.pods(MODEL):
                fleet.crash(DEPLOYMENT, fleet.pods(MODEL)[0].name)
            run(fleet, 1)
            finished += len(fleet.take_finished())
            load = fleet.load(MODEL)
            self.assertEqual(load.received, load.queued + load.waiting + load.running + load.finished)
            self.assertEqual(load.finished, finished)
        self.assertEqual(fleet.load(MODEL).received, 840)
        self.assertGreater(fleet.interrupted, 0)

    def test_the_same_calls_give_the_same_history(self) -> None:
        histories = []
        for _ in range(2):
            fleet = fleet_with(2, steady(9, seed=3))
            history = []
            for second in range(30):
                scale(fleet, 2 + second % 2)
                run(fleet, 1)
                history.append((fleet.load(MODEL), [pod.name for pod in fleet.pods(MODEL)]))
            histories.append(history)
        self.assertEqual(*histories)


class Routing(unittest.TestCase):
    def test_variants_of_a_model_share_its_requests_by_their_batch_size(self) -> None:
        fleet = fleet_with(1, steady(20))
        large = PodProfile(EngineProfile(max_num_seqs=24, num_gpu_blocks=2048, latency_per_request=0.001))
        fleet.add_deployment("model-b", MODEL, large, ready_replicas=1)
        run(fleet, 30)
        small_pod, large_pod = fleet.pods(MODEL)
        self.assertAlmostEqual(large_pod.load() / small_pod.load(), 24 / 8, delta=0.5)

    def test_engines_of_a_pod_share_its_requests(self) -> None:
        fleet = fleet_with(1, steady(8), profile=PodProfile(PROFILE.engine, engines=2))
        run(fleet, 20)
        first, second = (sum(engine.finished.values()) for engine in fleet.pods(MODEL)[0].engines)
        self.assertAlmostEqual(first, second, delta=20)

    def test_models_of_the_same_name_in_two_namespaces_are_two_models(self) -> None:
        fleet = fleet_with(1, steady(2))
        other = ModelKey("other", MODEL.name)
        fleet.add_deployment(DEPLOYMENT.name, other, PROFILE, ready_replicas=1)
        run(fleet, 10)
        self.assertEqual((fleet.load(other).received, fleet.load(MODEL).received), (0, 20))


class Throughput(unittest.TestCase):
    def test_a_full_replica_finishes_its_batch_over_the_time_a_request_takes(self) -> None:
        """8 in the batch, 60 tokens at 15 + 8 ms: 8 / 1.38 s = 5.8 a second, less what prefill takes."""
        fleet = fleet_with(1, steady(20))
        run(fleet, 20)
        before = fleet.load(MODEL).finished
        run(fleet, 60)
        self.assertAlmostEqual((fleet.load(MODEL).finished - before) / 60, 5.8, delta=0.4)


class PodNames(unittest.TestCase):
    def test_look_as_kubernetes_makes_them(self) -> None:
        fleet = fleet_with(3)
        for pod in fleet.pods(MODEL):
            self.assertRegex(pod.name, re.compile(r"^model-a-[bcdfghjklmnpqrstvwxz2456789]{10}-[bcdfghjklmnpqrstvwxz2456789]{5}$"))
        self.assertEqual(len({pod.name.rsplit("-", 1)[0] for pod in fleet.pods(MODEL)}), 1)
        self.assertEqual(len({pod.name for pod in fleet.pods(MODEL)}), 3)


class TrafficShape(unittest.TestCase):
    def test_sends_exactly_the_rate(self) -> None:
        traffic = Traffic("m", piecewise([Segment(10, 3), Segment(20, 0)]), LENGTHS)
        sent = [len(traffic.arrivals(step / 10, 0.1)) for step in range(300)]
        self.assertEqual((sum(sent[:100]), sum(sent[100:200]), sum(sent[200:])), (0, 30, 0))

    def test_an_output_over_the_limit_ends_there_with_reason_length(self) -> None:
        traffic = Traffic("m", piecewise([Segment(0, 100)]), Lengths(output=100, max_output=120))
        requests = [r for step in range(100) for r in traffic.arrivals(step / 10, 0.1)]
        cut = [r for r in requests if r.finish_reason == "length"]
        self.assertTrue(all(r.output_tokens == 120 for r in cut))
        self.assertTrue(0 < len(cut) < len(requests) and max(r.output_tokens for r in requests) == 120)


if __name__ == "__main__":
    unittest.main()
