"""The HPA's arithmetic, as a table of cases; and what the stand-in does with answers and errors."""
import unittest

from hpa.arithmetic import Autoscaler, metric_to_replicas
from hpa.client import ApiError, parse_quantity
from hpa.controller import HpaController, Scale
from hpa.spec import DEFAULT_SCALE_DOWN, DEFAULT_SCALE_UP, AutoscalerSpec, ScalingPolicy, ScalingRules, parse_autoscaler


def rules(window: float = 0, *policies: ScalingPolicy, select: str = "Max", tolerance: float = 0.1) -> ScalingRules:
    return ScalingRules(window, policies or (ScalingPolicy("Pods", 1000, 1),), select, tolerance)


def spec(minimum: int = 0, maximum: int = 100, up: ScalingRules = rules(),
         down: ScalingRules = rules(0, ScalingPolicy("Percent", 100, 15))) -> AutoscalerSpec:
    return AutoscalerSpec("hpa", "ns", "target", "inferno_desired_replicas", "va", 1.0, minimum, maximum, up, down)


class MetricToReplicas(unittest.TestCase):
    def test_table(self) -> None:
        exact = rules(tolerance=0)
        cases = [
            # what, spec, status.replicas, metric, wanted
            ("more than the tolerance", spec(), 10, 12, 12),
            ("20 -> 21 is within 10 %", spec(), 20, 21, 20),
            ("20 -> 22 is exactly 10 %: still within", spec(), 20, 22, 20),
            ("20 -> 18 likewise", spec(), 20, 18, 20),
            ("20 -> 17", spec(), 20, 17, 17),
            ("20 -> 21 with scaleUp.tolerance 0", spec(up=exact), 20, 21, 21),
            ("that tolerance is for up alone", spec(up=exact), 20, 19, 20),
            ("the same", spec(up=exact, down=exact), 20, 20, 20),
            ("a fraction is rounded up", spec(), 1, 2.1, 3),
            ("from zero", spec(), 0, 3, 3),
            ("zero stays zero", spec(), 0, 0, 0),
            ("to zero", spec(), 4, 0, 0),
        ]
        for what, s, status_replicas, metric, wanted in cases:
            with self.subTest(what):
                self.assertEqual(metric_to_replicas(metric, s, status_replicas), wanted)


class Bounds(unittest.TestCase):
    def sync(self, s: AutoscalerSpec, replicas: int, metric: float | None) -> int:
        return Autoscaler(s, scaled_to_zero=True).sync(0, replicas, replicas, metric)

    def test_table(self) -> None:
        cases = [
            # what, spec, replicas, metric, new replicas
            ("up to maxReplicas", spec(maximum=5), 3, 9, 5),
            ("above maxReplicas it comes down whatever the metric", spec(maximum=5), 8, None, 5),
            ("down to minReplicas", spec(minimum=2), 4, 0, 2),
            ("below minReplicas it goes up whatever the metric", spec(minimum=2), 1, None, 2),
            ("an error holds", spec(), 4, None, 4),
            ("an error holds zero", spec(), 0, None, 0),
            ("minReplicas 0 wakes what the HPA put to zero", spec(), 0, 1, 1),
            ("minReplicas 1 leaves a target at zero alone", spec(minimum=1), 0, 1, 0),
        ]
        for what, s, replicas, metric, wanted in cases:
            with self.subTest(what):
                self.assertEqual(self.sync(s, replicas, metric), wanted)

    def test_wakes_only_what_it_put_to_zero_itself(self) -> None:
        autoscaler = Autoscaler(spec())
        self.assertEqual(autoscaler.sync(0, 0, 0, 1), 0)  # somebody else created it with 0
        self.assertEqual(autoscaler.sync(1, 2, 2, 0), 0)
        self.assertEqual(autoscaler.sync(2, 0, 0, 1), 1)


class Stabilisation(unittest.TestCase):
    def follow(self, s: AutoscalerSpec, metrics: list[float], replicas: int, period: float = 1) -> list[int]:
        autoscaler, history = Autoscaler(s), []
        for index, metric in enumerate(metrics):
            replicas = autoscaler.sync(index * period, replicas, replicas, metric)
            history.append(replicas)
        return history

    def test_goes_down_to_the_highest_recommendation_within_the_window(self) -> None:
        s = spec(down=rules(3, ScalingPolicy("Percent", 100, 15)))
        self.assertEqual(self.follow(s, [5, 2, 3, 1, 1, 1, 1], 5), [5, 5, 5, 3, 3, 1, 1])

    def test_goes_up_to_the_lowest_recommendation_within_the_window(self) -> None:
        s = spec(up=rules(2))
        self.assertEqual(self.follow(s, [1, 5, 4, 6, 6], 1), [1, 1, 4, 4, 6])

    def test_a_window_of_zero_follows_at_once(self) -> None:
        self.assertEqual(self.follow(spec(), [1, 5, 2, 0], 1), [1, 5, 2, 0])

    def test_errors_leave_no_recommendation(self) -> None:
        autoscaler = Autoscaler(spec(down=rules(10, ScalingPolicy("Percent", 100, 15))))
        self.assertEqual([autoscaler.sync(t, 4, 4, m) for t, m in ((0, None), (1, None), (2, 2))], [4, 4, 2])


class Policies(unittest.TestCase):
    def test_table(self) -> None:
        pods, percent = ScalingPolicy("Pods", 4, 15), ScalingPolicy("Percent", 100, 15)
        one_a_minute = ScalingPolicy("Pods", 1, 60)
        cases = [
            # what, spec, replicas, metric, new replicas
            ("scale-up default: 4 pods from 1", spec(up=DEFAULT_SCALE_UP), 1, 50, 5),
            ("scale-up default: doubling from 10", spec(up=DEFAULT_SCALE_UP), 10, 50, 20),
            ("scale-up default: 4 pods from zero", spec(up=DEFAULT_SCALE_UP), 0, 50, 4),
            ("a percentage of zero is zero", spec(up=rules(0, percent)), 0, 50, 0),
            ("Min takes the smaller step", spec(up=rules(0, pods, percent, select="Min")), 10, 50, 14),
            ("Disabled never grows", spec(up=rules(0, pods, select="Disabled")), 3, 50, 3),
            ("Percent is rounded up when growing", spec(up=rules(0, ScalingPolicy("Percent", 10, 15))), 3, 50, 4),
            ("one pod less", spec(down=rules(0, one_a_minute)), 5, 0, 4),
            ("half, rounded down, when shrinking", spec(down=rules(0, ScalingPolicy("Percent", 50, 15))), 5, 0, 2),
            ("Min takes the smaller step down", spec(down=rules(0, one_a_minute, percent, select="Min")), 5, 0, 4),
            ("Disabled never shrinks", spec(down=rules(0, percent, select="Disabled")), 5, 0, 5),
        ]
        for what, s, replicas, metric, wanted in cases:
            with self.subTest(what):
                self.assertEqual(Autoscaler(s, scaled_to_zero=True).sync(0, replicas, replicas, metric), wanted)

    def test_a_period_counts_what_was_changed_within_it(self) -> None:
        autoscaler = Autoscaler(spec(up=rules(0, ScalingPolicy("Pods", 4, 15)), down=rules(0, ScalingPolicy("Pods", 1, 60))))
        self.assertEqual([autoscaler.sync(t, r, r, m) for t, r, m in ((0, 1, 9), (14, 5, 9), (15, 5, 9))], [5, 5, 9])
        self.assertEqual([autoscaler.sync(t, r, r, m) for t, r, m in ((100, 9, 1), (159, 8, 1), (160, 8, 1))], [8, 8, 7])

    def test_defaults_are_those_of_the_api_server(self) -> None:
        self.assertEqual(DEFAULT_SCALE_DOWN.stabilization_window_seconds, 300)
        self.assertEqual(Autoscaler(spec(down=ScalingRules(0, DEFAULT_SCALE_DOWN.policies))).sync(0, 8, 8, 0), 0)


class Parsing(unittest.TestCase):
    def document(self) -> dict:
        return {
            "metadata": {"name": "llama-hpa", "namespace": "ns"},
            "spec": {
                "scaleTargetRef": {"name": "llama"},
                "minReplicas": 0,
                "maxReplicas": 7,
                "metrics": [{"type": "Object", "object": {
                    "metric": {"name": "inferno_desired_replicas"},
                    "describedObject": {"name": "llama-autoscaler"},
                    "target": {"type": "AverageValue", "averageValue": "1"},
                }}],
                "behavior": {"scaleUp": {"tolerance": 0}, "scaleDown": {
                    "stabilizationWindowSeconds": 240, "policies": [{"type": "Pods", "value": 1, "periodSeconds": 60}]}},
            },
        }

    def test_reads_what_is_given_and_defaults_the_rest(self) -> None:
        parsed = parse_autoscaler(self.document())
        self.assertEqual((parsed.target, parsed.described_object, parsed.min_replicas, parsed.max_replicas), ("llama", "llama-autoscaler", 0, 7))
        self.assertEqual(parsed.scale_up, ScalingRules(0, DEFAULT_SCALE_UP.policies, "Max", 0.0))
        self.assertEqual(parsed.scale_down, ScalingRules(240, (ScalingPolicy("Pods", 1, 60),), "Max", 0.1))

    def test_refuses_what_it_would_compute_wrongly(self) -> None:
        document = self.document()
        document["spec"]["metrics"][0]["object"]["target"]["type"] = "Value"
        with self.assertRaisesRegex(ValueError, "llama-hpa: wanted exactly one Object metric with an AverageValue target"):
            parse_autoscaler(document)

    def test_quantities(self) -> None:
        self.assertEqual([parse_quantity(text) for text in ("0", "12", "1500m", "2k", "0.5")], [0, 12, 1.5, 2000, 0.5])


class FakeCluster:
    def __init__(self, replicas: int, answer: float | ApiError) -> None:
        self.replicas, self.answer, self.writes = replicas, answer, 0

    def metric(self, namespace: str, name: str, metric: str) -> float:
        if isinstance(self.answer, ApiError):
            raise self.answer
        return self.answer

    def scale(self, namespace: str, name: str) -> Scale:
        return Scale(self.replicas, self.replicas)

    def set_replicas(self, namespace: str, name: str, replicas: int) -> None:
        self.replicas, self.writes = replicas, self.writes + 1


class Controller(unittest.TestCase):
    def test_writes_the_target_only_when_it_changes(self) -> None:
        cluster = FakeCluster(1, 3)
        controller = HpaController([spec()], cluster, cluster)
        results = [controller.sync(t)[0].replicas for t in (0, 1)]
        self.assertEqual((results, cluster.replicas, cluster.writes), ([3, 3], 3, 1))

    def test_holds_and_tells_the_cause_when_the_api_has_no_answer(self) -> None:
        cluster = FakeCluster(2, ApiError("HTTP 503: Prometheus is down"))
        (result,) = HpaController([spec()], cluster, cluster).sync(0)
        self.assertEqual((result.replicas, result.metric, result.error, cluster.writes), (2, None, "HTTP 503: Prometheus is down", 0))


if __name__ == "__main__":
    unittest.main()
